export { shapeOf } from '@ballast/venue-wire';
