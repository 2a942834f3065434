-- What the market's own coupons added to a line goes back with it, by a bank's dispute, too.
ALTER TABLE wallet.dispute_parts ADD COLUMN coupon bigint NOT NULL DEFAULT 0 CONSTRAINT dispute_parts_coupon CHECK (coupon >= 0);
ALTER TABLE wallet.dispute_parts ALTER COLUMN coupon DROP DEFAULT;
ALTER TABLE wallet.dispute_parts
  DROP CONSTRAINT dispute_parts_whole,
  ADD CONSTRAINT dispute_parts_whole CHECK (amount + coupon = tax + commission + from_hold + from_available + as_debt);
