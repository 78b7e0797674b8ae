-- Coupons printed for somebody: a number that serves once leads to her space, what each box asks is sealed (docs/decisions/0063, 0064).
CREATE TABLE mailroom.coupon (
    space_id uuid NOT NULL,
    term bytea NOT NULL CHECK (octet_length(term) = 32),
    expires_on date NOT NULL,
    used_on date,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, term)
);
CREATE INDEX coupon_over ON mailroom.coupon (expires_on);
ALTER TABLE mailroom.coupon ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailroom.coupon FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper_batches ON mailroom.coupon TO es_keeper USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE (used_on), DELETE ON mailroom.coupon TO es_keeper;
