-- Which types may be turned off, the program knows: a new one needs no migration any more.
ALTER TABLE notifications.preferences DROP CONSTRAINT preferences_type;
ALTER TABLE notifications.preferences ADD CONSTRAINT preferences_type CHECK (type ~ '^[a-z][a-z_]{1,39}$');
