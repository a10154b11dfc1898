import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Plane, distance } from '../../../twin/geography/plane.ts';

describe('plane', () => {
  it('gives back the coordinates it was given, anywhere', () => {
    fc.assert(fc.property(
      fc.double({ min: -70, max: 70, noNaN: true }), fc.double({ min: -180, max: 179.9, noNaN: true }),
      fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }),
      (latitude0, longitude0, north, east) => {
        const plane = new Plane(latitude0, longitude0);
        const { x, y } = plane.toPlane(latitude0 + north, longitude0 + east);
        const back = plane.toLatLon(x, y);
        expect(back.latitude).toBeCloseTo(latitude0 + north, 9);
        const turn = Math.abs(back.longitude - (longitude0 + east));
        expect(Math.min(turn, 360 - turn)).toBeLessThan(1e-9);
      },
    ));
  });

  it('measures Dublin to Cork as 220 km (great circle 219.6)', () => {
    const dublin = { latitude: 53.333, longitude: -6.249 };
    const cork = { latitude: 51.898, longitude: -8.471 };
    const plane = Plane.around([dublin, cork]);
    const [a, b] = [plane.toPlane(dublin.latitude, dublin.longitude), plane.toPlane(cork.latitude, cork.longitude)];
    const km = distance(a.x, a.y, b.x, b.y);
    expect(km).toBeGreaterThan(217);
    expect(km).toBeLessThan(222);
  });

  it('keeps a region across the antimeridian in one piece', () => {
    const plane = Plane.around([{ latitude: -17, longitude: 179.5 }, { latitude: -17, longitude: -179.5 }]);
    expect(Math.abs(plane.x(179.5) - plane.x(-179.5))).toBeLessThan(120);
  });

  it('refuses no points', () => {
    expect(() => Plane.around([])).toThrow(RangeError);
  });
});
