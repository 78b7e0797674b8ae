-- What a judge ordered to be read, and the lines that stay sealed to her until a date (docs/decisions/0043). About nobody in clear.

-- One order: `state` 1 waits for a second account, 2 sealed, 3 told to her, 4 nobody is left to be told, 5 never confirmed. Whom it is
-- about, and what may be read, is in `sealed`, under a key of the service; `reveal_on` is what the clock and the public gauge need.
CREATE TABLE keeper.court_order (
    order_id uuid NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
    version int NOT NULL CHECK (version > 0),
    recorded_on date NOT NULL,
    reveal_on date NOT NULL,
    prolonged smallint NOT NULL DEFAULT 0 CHECK (prolonged >= 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (order_id)
);
CREATE INDEX court_order_due ON keeper.court_order (reveal_on, order_id) WHERE state = 2;
CREATE INDEX court_order_recorded ON keeper.court_order (recorded_on);
-- One line of the institution's chain to be copied into hers: its chain and its reference, sealed as the order is.
CREATE TABLE keeper.sealed_line (
    order_id uuid NOT NULL,
    number int NOT NULL CHECK (number > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (order_id, number)
);

-- An order is moved on, never taken away: what was sealed stays counted.
CREATE FUNCTION keeper.refuse_order_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.state < OLD.state OR NEW.prolonged < OLD.prolonged OR NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'an order never goes back, and is never taken away' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_goes_on BEFORE UPDATE OR DELETE ON keeper.court_order
    FOR EACH ROW EXECUTE FUNCTION keeper.refuse_order_change();
CREATE TRIGGER orders_are_kept BEFORE TRUNCATE ON keeper.court_order
    FOR EACH STATEMENT EXECUTE FUNCTION keeper.refuse_order_change();

-- How many orders are sealed, past their day and not told, told, of nobody left; how often a day was put off. About nobody.
CREATE FUNCTION counts.orders(
    IN today date, OUT sealed bigint, OUT overdue bigint, OUT revealed bigint, OUT without_space bigint, OUT prolonged bigint
) LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT count(*) FILTER (WHERE state = 2 AND reveal_on >= today), count(*) FILTER (WHERE state = 2 AND reveal_on < today),
           count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4), coalesce(sum(o.prolonged), 0)::bigint
    FROM keeper.court_order o
$$;

GRANT SELECT, INSERT, UPDATE (state, version, reveal_on, prolonged, sealed) ON keeper.court_order TO es_keeper;
GRANT SELECT, INSERT, DELETE ON keeper.sealed_line TO es_keeper;
