-- People are told what became of the skills and genres that they proposed. The new types join those that are there, whatever joined before.
DO $$
DECLARE
  listed record;
BEGIN
  FOR listed IN
    SELECT conrelid::regclass AS held_by, conname, pg_get_constraintdef(oid) AS says FROM pg_constraint
    WHERE connamespace = 'notifications'::regnamespace AND conname IN ('notifications_type', 'mails_template', 'preferences_type')
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', listed.held_by, listed.conname, listed.conname,
                   replace(listed.says, 'ARRAY[', 'ARRAY[''field_approved''::text, ''field_rejected''::text, '));
  END LOOP;
END $$;
