export function ProtectPage(_: { address: string; id: string }) { return null; }
