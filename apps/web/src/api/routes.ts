const part = encodeURIComponent;

/** Paths of the API, in one place: the store uses them as keys. */
export const routes = {
  config: '/v1/config',
  status: '/v1/status',
  session: '/v1/auth/session',
  account: (address: string) => `/v1/accounts/${part(address)}`,
  positions: (address: string) => `/v1/accounts/${part(address)}/positions`,
  portfolio: (address: string) => `/v1/accounts/${part(address)}/portfolio`,
  activity: (address: string) => `/v1/accounts/${part(address)}/activity?limit=100`,
  deliveries: (address: string) => `/v1/accounts/${part(address)}/deliveries`,
  mandates: (address: string) => `/v1/accounts/${part(address)}/mandates`,
  stopsOfAll: '/v1/stops',
  stops: (address: string) => `/v1/accounts/${part(address)}/stops`,
  stop: (address: string) => `/v1/accounts/${part(address)}/stop`,
  subscriptions: (address: string) => `/v1/accounts/${part(address)}/subscriptions`,
  position: (id: string) => `/v1/positions/${part(id)}`,
  history: (id: string) => `/v1/positions/${part(id)}/history?points=600`,
  decisions: (id: string) => `/v1/positions/${part(id)}/decisions?limit=50`,
  decision: (id: string) => `/v1/decisions/${part(id)}`,
  mandate: (hash: string) => `/v1/mandates/${part(hash)}`,
  events: (address: string) => `/v1/events?account=${part(address)}`,
  demoState: '/v1/demo/state',
  demoInbox: '/v1/demo/inbox',
  demoWebhooks: '/v1/demo/webhooks',
} as const;
