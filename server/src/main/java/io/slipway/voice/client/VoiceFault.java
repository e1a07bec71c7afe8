package io.slipway.voice.client;

import io.slipway.text.Sentence;

/** Why a provider did not do its step, in words for people. */
public enum VoiceFault {
    /** Its name is unknown, or there is no connection. */
    UNREACHABLE("连接不上", "can't be reached"),
    /** It is in a private network, and its owner may not use those. */
    PRIVATE_ADDRESS("的地址在内网，不允许使用", "is in a private network, which is not allowed"),
    /** 401 or 403. */
    REFUSED_KEY("不接受密钥", "does not accept the key"),
    /** 402, or 429 because the quota is used up. */
    NO_CREDIT("的余额或额度已用完", "has no credit left"),
    /** 404 and redirects: no such model, or nothing at this URL. */
    UNKNOWN("没有这个模型，或地址不对", "does not know the model, or the URL is wrong"),
    /** Any other 4xx. */
    REFUSED_REQUEST("不接受请求的内容", "does not accept the request"),
    /** 429. */
    RATE_LIMITED("请求过于频繁，被限流", "gets too many requests"),
    /** 5xx, or no room on this server. */
    OVERLOADED("过载或出错", "is overloaded or has an error"),
    /** No answer, or no more of it, in time. */
    SILENT("没有及时回答", "does not answer in time"),
    /** Not what this API's answers look like. */
    UNREADABLE("的回答无法读懂", "sent what can't be read"),
    /** The connection or the process ended before the answer did. */
    CUT_OFF("回答到一半中断了", "was cut off midway"),
    /** Longer than any sensible answer. */
    TOO_LARGE("的回答过长", "sent too much");

    private final String zh;
    private final String en;

    VoiceFault(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    /**
     * The sentence about it.
     *
     * @param step the provider's role in both languages, such as "语言模型" and "The language model"
     */
    public Sentence of(Sentence step) {
        return new Sentence(step.zh() + zh, step.en() + " " + en);
    }
}
