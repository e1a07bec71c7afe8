package io.slipway.session.dialogue;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The faces that firmware has pictures of, and the emoji that mean them. */
public enum Emotion {
    NEUTRAL("😶😐😑"),
    HAPPY("🙂😊😀😃😄😁☺🤗😺👍👏🙌🎉🎊🥳✨🌟🌞☀👋🙏💪🌈"),
    LAUGHING("😆😸😹"),
    FUNNY("😂🤣"),
    SAD("😔😞😟🙁☹😢😥😿💔🥺"),
    ANGRY("😠😡🤬😤👿"),
    CRYING("😭"),
    LOVING("😍🥰😻❤💕💖💗💓💞💝💘🧡💛💚💙💜"),
    EMBARRASSED("😳😅🙈😬"),
    SURPRISED("😲😮😯🤯"),
    SHOCKED("😱😨😰🙀"),
    THINKING("🤔🧐💡🤓"),
    WINKING("😉"),
    COOL("😎🕶🔥"),
    RELAXED("😌🧘😇"),
    DELICIOUS("🤤😋🍰🍕🍔🍜🍎🍓☕"),
    KISSY("😘😗😚😙😽💋"),
    CONFIDENT("😏"),
    SLEEPY("😴😪🥱💤🌙"),
    SILLY("😜😝😛🤪"),
    CONFUSED("🙄😕🤨😵🤷");

    private static final Map<Integer, Emotion> BY_EMOJI = new HashMap<>();

    static {
        for (Emotion emotion : values()) {
            emotion.emoji.codePoints().forEach(each -> BY_EMOJI.put(each, emotion));
        }
    }

    private final String emoji;

    Emotion(String emoji) {
        this.emoji = emoji;
    }

    /** As the protocol names it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As the message {@code llm} shows it to clients that don't know the word. */
    public String emoji() {
        return Character.toString(emoji.codePointAt(0));
    }

    /** What the first known emoji of a text means; empty if there is none. */
    public static Optional<Emotion> of(String text) {
        for (int i = 0; i < text.length(); i++) {
            Emotion found = BY_EMOJI.get(text.codePointAt(i));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
