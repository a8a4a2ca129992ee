-- +goose Up

-- Whom a wording would ask again, and the lists behind the figures.
CREATE INDEX consent_state_granted_idx ON consent_state (category, customer_id) WHERE state = 'granted';
