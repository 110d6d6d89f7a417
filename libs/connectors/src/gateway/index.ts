export { connectGateway, type Gateway, type GatewayOptions, type GatewayVenue } from './connect-gateway.js';
export { GatewaySilent, GatewayUnreachable } from './gateway-errors.js';
export type { LocalAddress } from '../local-request.js';
