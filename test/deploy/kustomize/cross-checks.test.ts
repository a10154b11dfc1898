import { describe, expect, it } from 'vitest';
import { checks } from './checks/index.ts';
import { digestFaults } from './checks/hardening.ts';
import { profileOf } from './checks/topology.ts';
import { render, trees } from './render.ts';
import { profiles } from '../../../deploy/kustomize/generate/profiles.ts';

describe.each(trees)('%s', (tree) => {
  it.each(Object.entries(checks))('%s', async (_name, check) => {
    expect(check(await render(tree))).toEqual([]);
  });
});

describe('overlays', () => {
  it.each(Object.entries(profiles))('%s has the size of its profile', async (overlay, profile) => {
    expect(profileOf(await render(`overlays/${overlay}`))).toEqual(profile);
  });

  it('prod runs the image by digest', async () => {
    expect(digestFaults(await render('overlays/prod'))).toEqual([]);
    expect(digestFaults(await render('overlays/dev'))).not.toEqual([]);
  });
});
