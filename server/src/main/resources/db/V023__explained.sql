-- A binding can't be contested by a take-over any more (decisions D1), so an answer that was refused
-- for it can't be explained; the device's next check-in leaves another.
DELETE FROM decision WHERE body LIKE '%"CONTESTED"%';
