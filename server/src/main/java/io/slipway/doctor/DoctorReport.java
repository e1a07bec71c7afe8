package io.slipway.doctor;

import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.text.Sentence;
import java.util.ArrayList;
import java.util.List;

/** Collects findings in the order in which they are made. Not thread-safe. */
final class DoctorReport {

    private final List<DoctorFinding> findings = new ArrayList<>();

    void fine(String zh, String en) {
        findings.add(DoctorFinding.fine(zh, en));
    }

    void note(String zh, String en, String adviceZh, String adviceEn) {
        add(Grade.NOTE, zh, en, adviceZh, adviceEn);
    }

    void harm(String zh, String en, String adviceZh, String adviceEn) {
        add(Grade.HARM, zh, en, adviceZh, adviceEn);
    }

    void add(Grade grade, String zh, String en, String adviceZh, String adviceEn) {
        findings.add(
                new DoctorFinding(grade, new Sentence(zh, en), new Sentence(adviceZh, adviceEn)));
    }

    int size() {
        return findings.size();
    }

    /** Whether one of those after the first {@code before} could hurt a device. */
    boolean harmSince(int before) {
        return findings.subList(before, findings.size()).stream()
                .anyMatch(each -> each.grade() == Grade.HARM);
    }

    List<DoctorFinding> findings() {
        return List.copyOf(findings);
    }
}
