/** Exit statuses of the command, as the contract has them. */
export const exitStatus = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRouted: 3,
} as const
