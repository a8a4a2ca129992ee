-- +goose Up

-- The trail is read by staff number and customer number, as a reader types
-- them: a line keeps both whatever becomes of the rows they named. Refused tries
-- are few among many lines and looked for often.
CREATE INDEX trail_staff_no_idx ON trail (staff_no, at DESC, id DESC) WHERE staff_no <> '';
CREATE INDEX trail_customer_no_idx ON trail (customer_no, at DESC, id DESC) WHERE customer_no <> '';
CREATE INDEX trail_refused_idx ON trail (at DESC, id DESC) WHERE refused;
