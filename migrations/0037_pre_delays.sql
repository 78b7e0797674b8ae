-- How long acts took, by act, channel and class: sums of counts of days, about nobody. Source: docs/decisions/0082.

-- Month by month: the first day of each, for what is published.
CREATE FUNCTION counts.delays_by_month() RETURNS TABLE (month date, kind text, number bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT date_trunc('month', d.day)::date, d.kind, sum(d.number)::bigint FROM counts.daily d
    WHERE d.kind LIKE 'delay:%' GROUP BY 1, 2
$$;

-- Since a day, with the part of it by post that is the service's own: for the operator's alarm.
CREATE FUNCTION counts.delays_since(first date) RETURNS TABLE (kind text, number bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT d.kind, sum(d.number)::bigint FROM counts.daily d
    WHERE d.day >= first AND (d.kind LIKE 'delay:%' OR d.kind LIKE 'handled:%') GROUP BY 1
$$;
