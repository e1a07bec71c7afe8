package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.util.List;

/** The content of a device list. */
record MacFileView(
        int count,
        @Described("重复的行 · number of duplicate lines") int repeated,
        @Described("不是 MAC 的行 · number of lines without a valid MAC") int invalidCount,
        @Described("前 100 行 · the first 100 of these lines") @Shape(maxItems = MacFile.SHOWN)
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
