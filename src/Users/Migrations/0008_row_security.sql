-- Nobody sees or ends another's session or key, whatever a query forgets to ask for. Staff ends sessions and sets tiers.
SELECT kernel.guard_rows('users.sessions', 'account', for_staff => true);
SELECT kernel.guard_rows('users.api_keys', 'account', for_staff => true);
SELECT kernel.guard_rows('users.addresses', 'account');
