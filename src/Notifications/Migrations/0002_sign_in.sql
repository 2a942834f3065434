-- Mails and notices about ways to sign in.
ALTER TABLE notifications.notifications DROP CONSTRAINT notifications_type;
ALTER TABLE notifications.notifications ADD CONSTRAINT notifications_type CHECK (type IN
  ('welcome', 'order_paid', 'sale', 'payment_failed', 'product_approved', 'product_rejected', 'hold_released', 'refund', 'sale_refunded', 'security'));

ALTER TABLE notifications.mails DROP CONSTRAINT mails_template;
ALTER TABLE notifications.mails ADD CONSTRAINT mails_template CHECK (template IN
  ('welcome', 'order_paid', 'sale', 'payment_failed', 'product_approved', 'product_rejected', 'hold_released', 'refund', 'sale_refunded', 'security',
   'password_link', 'sign_in_link', 'proof_link', 'verify_email', 'change_email', 'revert_email'));
