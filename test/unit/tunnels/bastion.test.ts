import { expect, it } from 'vitest';
import { Bastion } from '../../../src/tunnels/bastion.ts';

it('takes "not allowed at this time" for a penalty only after a refused login', () => {
  const bastion = new Bastion(1_000);
  expect(bastion.turnedAway()).toBe('crowded');
  bastion.loginEnded('down');
  expect(bastion.turnedAway()).toBe('crowded');
  bastion.loginEnded('refused');
  expect(bastion.turnedAway()).toBe('penalised');
});
