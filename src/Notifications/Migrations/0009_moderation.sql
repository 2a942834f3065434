-- What people are told of their standing and of what they reported. Added to whatever types there are by now.
DO $$
DECLARE
  checked record;
BEGIN
  FOR checked IN SELECT conrelid::regclass AS tab, conname, pg_get_constraintdef(oid) AS def FROM pg_constraint
                 WHERE conname IN ('notifications_type', 'mails_template') AND connamespace = 'notifications'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', checked.tab, checked.conname, checked.conname, replace(checked.def, 'ARRAY[',
      'ARRAY[''account_suspended''::text, ''account_banned''::text, ''account_reinstated''::text, ''appeal_answered''::text, ''report_decided''::text, ''false_report''::text, ''data_ready''::text, ''erasure_scheduled''::text, '));
  END LOOP;
END $$;

-- Erasing a person empties their inbox.
GRANT DELETE ON notifications.notifications, notifications.preferences TO marketplace_app;
