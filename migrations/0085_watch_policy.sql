-- +goose Up

-- What counts as unusual access is part of the access policy: versioned, and
-- agreed by two people like its red marks. A figure that ends in _least is the
-- size at which an anomaly is listed; 0 switches it off.
ALTER TABLE access_policy
    ADD COLUMN watch_days    smallint NOT NULL DEFAULT 30,
    ADD COLUMN follow_days   smallint NOT NULL DEFAULT 7,
    ADD COLUMN follow_least  smallint NOT NULL DEFAULT 3,
    ADD COLUMN odd_least     smallint NOT NULL DEFAULT 3,
    ADD COLUMN volume_days   smallint NOT NULL DEFAULT 7,
    ADD COLUMN volume_times  smallint NOT NULL DEFAULT 3,
    ADD COLUMN volume_least  smallint NOT NULL DEFAULT 20,
    ADD COLUMN refused_days  smallint NOT NULL DEFAULT 7,
    ADD COLUMN refused_least smallint NOT NULL DEFAULT 5,
    ADD CONSTRAINT access_policy_watch CHECK (watch_days BETWEEN 7 AND 90),
    ADD CONSTRAINT access_policy_follow CHECK (follow_days BETWEEN 1 AND 30 AND follow_days < watch_days AND follow_least BETWEEN 0 AND 1000),
    ADD CONSTRAINT access_policy_odd CHECK (odd_least BETWEEN 0 AND 1000),
    ADD CONSTRAINT access_policy_volume CHECK (volume_days BETWEEN 1 AND 30 AND volume_times BETWEEN 2 AND 20 AND volume_least BETWEEN 0 AND 1000),
    ADD CONSTRAINT access_policy_refused CHECK (refused_days BETWEEN 1 AND 90 AND refused_least BETWEEN 0 AND 1000);
