package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.util.List;

/** What was read from a list of devices. */
record MacFileView(
        int count,
        @Described("重复的行 · lines that were there before") int repeated,
        @Described("不是 MAC 的行 · lines without a MAC") int invalidCount,
        @Described("前 100 行 · the first 100 of them") @Shape(maxItems = MacFile.SHOWN)
                List<MacFile.InvalidLine> invalid,
        @Described(items = "MAC，或 账号/MAC · a MAC, or account/MAC") List<String> macs) {

    static MacFileView of(MacFile file) {
        return new MacFileView(
                file.devices().size(),
                file.repeated(),
                file.wrong(),
                file.invalid(),
                file.devices().stream().map(DeviceNameText::of).toList());
    }
}
