package io.slipway.firmware;

import io.slipway.protocol.firmware.Extraction;
import io.slipway.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build, and what was done with the upload that it came from.
 *
 * @param extraction null if the image is the whole upload
 */
public record UploadedBuild(Build build, @Nullable Extraction extraction) {

    /** For people; null if nothing was done. */
    public @Nullable Sentence told() {
        if (extraction == null) {
            return null;
        }
        List<String> zh = new ArrayList<>();
        List<String> en = new ArrayList<>();
        if (!extraction.zipEntry().isEmpty()) {
            zh.add("从 zip 中取出了 " + extraction.zipEntry());
            en.add("took " + extraction.zipEntry() + " from the zip");
        }
        if (!extraction.partition().isEmpty()) {
            String from =
                    extraction.partition() + "，0x" + Long.toHexString(extraction.offset()) + "）";
            zh.add("从合并固件的应用分区（" + from + "截取了应用固件，" + build.size() + " 字节");
            en.add(
                    "cut the application image, "
                            + build.size()
                            + " bytes, out of the merged image's partition "
                            + extraction.partition()
                            + " at 0x"
                            + Long.toHexString(extraction.offset()));
        }
        if (!extraction.dropped().isEmpty()) {
            String labels = String.join(", ", extraction.dropped());
            zh.add("其余分区（" + labels + "）没有保留，OTA 升级不会改动它们");
            en.add("dropped the other partitions (" + labels + "), which updates don't change");
        }
        String done = String.join("; ", en);
        return new Sentence(
                String.join("；", zh) + "。",
                Character.toUpperCase(done.charAt(0)) + done.substring(1) + ".");
    }
}
