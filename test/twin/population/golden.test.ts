import { expect, it } from 'vitest';
import { MODEL_VERSION } from '../../../twin/config.ts';
import { Population } from '../../../twin/population/build.ts';
import { configOf, networkOf } from '../fixture.ts';

/** Twins outlive releases: if these values change, seeded twins no longer match their generators, and MODEL_VERSION must rise. */
it('network and population of this model version are what they always were', () => {
  expect(MODEL_VERSION).toBe(3);
  const config = configOf(3_000);
  const network = networkOf(config);
  const [site, cell, profile] = [network.sites[100], network.cells[700], new Population(config, network).build(1_234)];
  expect([site.latitude, site.longitude, cell.cellId, cell.pci]).toEqual([54.133893, -9.493891, 25628419, 464]);
  expect(site.expectedResidents).toBeCloseTo(3.5474004100231293, 12);
  expect(network.load(700, 20)).toBeCloseTo(0.41051010957562567, 6);
  expect(profile).toEqual({
    index: 1234, subscriberId: 100001234, imsi: 1012098369125, msisdn: 999588373143, imei: 1110000012340, segment: 0, plan: 'Go Basic', status: 1,
    accountId: 'A00001234', billCycleDay: 22, contractEnd: null, homePlmn: '00101', activatedAt: 1401156017455, deviceBrand: 'Kestrel', deviceModel: 'A15',
    capabilities: 1, homeLatitude: 54.074955, homeLongitude: -8.702709, workLatitude: 54.097096, workLongitude: -8.70921, language: 'en', ageBand: '25-34',
    callsPerDay: 0.6976763260710315, textsPerDay: 1.82211880039051, sessionsPerDay: 11.941264417849109, nightOff: false,
    effectiveAt: 1401156017455, version: 1,
  });
});
