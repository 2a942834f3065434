-- Wallet and card pay one order together: the wallet's part waits in the order's funding from the moment when the card is asked, and is the payer's again when it says no.
ALTER TABLE wallet.payments
  ADD COLUMN wallet_part     bigint NOT NULL DEFAULT 0,
  ADD COLUMN wallet_refunded bigint NOT NULL DEFAULT 0,   -- what of it went back by refunds
  ADD CONSTRAINT payments_wallet_part     CHECK (wallet_part >= 0 AND (wallet_part = 0 OR purpose = 'order')),
  ADD CONSTRAINT payments_wallet_refunded CHECK (wallet_refunded BETWEEN 0 AND wallet_part);

ALTER TABLE wallet.payment_refunds ADD COLUMN wallet_part bigint NOT NULL DEFAULT 0 CONSTRAINT payment_refunds_wallet_part CHECK (wallet_part >= 0);

GRANT UPDATE (wallet_refunded) ON wallet.payments TO marketplace_app;

INSERT INTO wallet.transaction_kinds VALUES ('unfund', 'hold');
