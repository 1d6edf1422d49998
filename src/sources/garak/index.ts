export { garakArrivals } from './arrivals.ts';
export { garakAuction } from './auction.ts';
