-- What staff decided about a payment in review stands here before its provider is asked: an answer that is lost loses nothing of it,
-- and the sweep carries the decision out.
ALTER TABLE wallet.payments
    ADD COLUMN decision   text CONSTRAINT payments_decision CHECK (decision IN ('take', 'give_up')),
    ADD COLUMN decided_by uuid,
    ADD COLUMN decided_at timestamptz,
    ADD CONSTRAINT payments_decided CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
    ADD CONSTRAINT payments_decided_not_own CHECK (decided_by <> payer_id);

-- Decided once, while the money is held.
CREATE TRIGGER payments_decided_once BEFORE UPDATE OF decision, decided_by, decided_at ON wallet.payments FOR EACH ROW
    WHEN ((OLD.decision, OLD.decided_by, OLD.decided_at) IS DISTINCT FROM (NEW.decision, NEW.decided_by, NEW.decided_at)
          AND (OLD.decision IS NOT NULL OR OLD.state <> 'authorised'))
    EXECUTE FUNCTION wallet.refuse_payment_change();

GRANT UPDATE (decision, decided_by, decided_at) ON wallet.payments TO marketplace_app;

-- A payout that has arrived may still be sent back by the bank, weeks later: paid → returned.
ALTER TABLE wallet.payouts
    ADD COLUMN returned_at       timestamptz,
    ADD COLUMN return_proof      text,              -- of what the bank says by paper: key of a blob
    ADD COLUMN return_proof_type text,
    DROP CONSTRAINT payouts_state,
    ADD CONSTRAINT payouts_state CHECK (state IN ('requested', 'approved', 'sending', 'unknown', 'sent', 'paid', 'rejected', 'cancelled', 'failed', 'returned')),
    DROP CONSTRAINT payouts_approved,
    ADD CONSTRAINT payouts_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)
                                           AND (state NOT IN ('approved', 'sending', 'unknown', 'sent', 'paid', 'failed', 'returned') OR approved_by IS NOT NULL)
                                           AND (state NOT IN ('requested', 'cancelled') OR approved_by IS NULL)),
    DROP CONSTRAINT payouts_sent,
    ADD CONSTRAINT payouts_sent CHECK ((state IN ('sent', 'paid', 'failed', 'returned')) = (sent_at IS NOT NULL)),
    DROP CONSTRAINT payouts_ended,
    ADD CONSTRAINT payouts_ended CHECK ((state IN ('paid', 'rejected', 'cancelled', 'failed', 'returned')) = (ended_at IS NOT NULL)),
    DROP CONSTRAINT payouts_failed,
    ADD CONSTRAINT payouts_failed CHECK ((state IN ('failed', 'returned')) = (failure_code IS NOT NULL)),
    DROP CONSTRAINT payouts_proof,
    ADD CONSTRAINT payouts_proof CHECK ((proof IS NULL) = (proof_type IS NULL) AND (proof IS NULL OR state IN ('paid', 'returned'))),
    DROP CONSTRAINT payouts_batch,
    ADD CONSTRAINT payouts_batch CHECK (batch_id IS NULL OR state IN ('sent', 'paid', 'failed', 'returned')),
    ADD CONSTRAINT payouts_returned CHECK ((state = 'returned') = (returned_at IS NOT NULL)
                                           AND (return_proof IS NULL) = (return_proof_type IS NULL) AND (return_proof IS NULL OR state = 'returned' AND reason IS NOT NULL));

DROP TRIGGER payouts_transition ON wallet.payouts;
CREATE TRIGGER payouts_transition BEFORE UPDATE ON wallet.payouts FOR EACH ROW
    WHEN (OLD.state || ' ' || NEW.state NOT IN (
            'requested requested', 'requested approved', 'requested rejected', 'requested cancelled',
            'approved approved', 'approved rejected', 'approved sending', 'approved sent',
            'sending sending', 'sending unknown', 'sending sent', 'sending paid', 'sending failed',
            'unknown unknown', 'unknown sent', 'unknown paid', 'unknown failed',
            'sent sent', 'sent paid', 'sent failed', 'paid returned')
          OR NEW.amount <> OLD.amount OR NEW.fee <> OLD.fee OR NEW.account <> OLD.account OR NEW.destination_id <> OLD.destination_id)
    EXECUTE FUNCTION wallet.refuse_payout_change();

GRANT UPDATE (returned_at, return_proof, return_proof_type) ON wallet.payouts TO marketplace_app;

-- Something that happened has brought the release nearer, and its seller has not been told yet.
ALTER TABLE wallet.holds ADD COLUMN nearer_at timestamptz;
CREATE INDEX holds_nearer ON wallet.holds (owner_id, currency) WHERE nearer_at IS NOT NULL;
GRANT UPDATE (nearer_at) ON wallet.holds TO marketplace_app;
