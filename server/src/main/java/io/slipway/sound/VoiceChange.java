package io.slipway.sound;

/** What {@link VoiceActivity} hears. */
public enum VoiceChange {
    /** Somebody has been speaking for about {@link VoiceActivity#ONSET_MS} or less. */
    STARTED,
    /** Nobody has spoken for as long as the patience is. */
    ENDED
}
