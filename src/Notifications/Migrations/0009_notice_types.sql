-- Which types there are, the program knows: a new one needs no migration any more.
ALTER TABLE notifications.notifications DROP CONSTRAINT notifications_type;
ALTER TABLE notifications.notifications ADD CONSTRAINT notifications_type CHECK (type ~ '^[a-z][a-z_]{1,39}$');
ALTER TABLE notifications.mails DROP CONSTRAINT mails_template;
ALTER TABLE notifications.mails ADD CONSTRAINT mails_template CHECK (template ~ '^[a-z][a-z_]{1,39}$');
