-- 2, text and audio, was taken although audio was never stored; now it is refused.
UPDATE agent SET chat_history_conf = 1 WHERE chat_history_conf = 2;
