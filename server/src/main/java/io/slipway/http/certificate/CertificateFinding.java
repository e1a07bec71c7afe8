package io.slipway.http.certificate;

import io.slipway.text.Sentence;

/**
 * Something about a certificate that its owner should know.
 *
 * @param harm whether devices or browsers refuse it, or soon will
 * @param advice what to do
 */
public record CertificateFinding(boolean harm, Sentence what, Sentence advice) {

    static CertificateFinding of(
            boolean harm, String zh, String en, String adviceZh, String adviceEn) {
        return new CertificateFinding(harm, new Sentence(zh, en), new Sentence(adviceZh, adviceEn));
    }
}
