-- Row-level security for tables whose rows nobody but their owner may see. Settings of the transaction say who asks:
--   app.account   whose rows may be seen and changed
--   app.staff     'on' when the person holds rights: sees and changes, where the table lets staff, but neither makes nor deletes
--   app.duty      the one table of which the market itself must see all
-- No setting, no rows.
CREATE FUNCTION kernel.asking_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT nullif(current_setting('app.account', true), '')::uuid $$;

-- SELECT kernel.guard_rows('users.addresses', 'account');
CREATE FUNCTION kernel.guard_rows(guarded regclass, owner_column name, for_staff boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  full_name text;
BEGIN
  SELECT n.nspname || '.' || c.relname INTO full_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = guarded;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format('CREATE POLICY own ON %s TO marketplace_app USING (%I = (SELECT kernel.asking_account()))', guarded, owner_column);
  EXECUTE format('CREATE POLICY duty ON %s TO marketplace_app USING ((SELECT current_setting(''app.duty'', true)) = %L)', guarded, full_name);
  -- Forced, the owner's migrations are subject to policies, too.
  EXECUTE format('CREATE POLICY migrations ON %s TO marketplace_owner USING (true)', guarded);
  IF for_staff THEN
    EXECUTE format('CREATE POLICY staff_sees ON %s FOR SELECT TO marketplace_app USING ((SELECT current_setting(''app.staff'', true)) = ''on'')', guarded);
    EXECUTE format('CREATE POLICY staff_changes ON %s FOR UPDATE TO marketplace_app USING ((SELECT current_setting(''app.staff'', true)) = ''on'')', guarded);
  END IF;
END $$;
REVOKE ALL ON FUNCTION kernel.guard_rows FROM public;
GRANT EXECUTE ON FUNCTION kernel.asking_account TO marketplace_app;
