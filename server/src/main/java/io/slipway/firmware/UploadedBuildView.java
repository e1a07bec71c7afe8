package io.slipway.firmware;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.protocol.firmware.Extraction;
import io.slipway.text.Sentence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to an upload: the build, and what was done with the file. */
record UploadedBuildView(
        @Inlined BuildView build,
        @Described(
                        "从 zip 或合并固件中取出了应用固件；上传的就是应用固件时为 null · how the application image was"
                                + " taken out of a zip or a merged image; null if the upload was the"
                                + " image itself")
                @Nullable ExtractionView extraction) {

    /** Where the image was found, and what was dropped. */
    record ExtractionView(
            @Inlined Sentence sentence,
            @Described("zip 中的文件名；不是 zip 则为空 · its name in the zip; empty if there was none")
                    String zipEntry,
            @Described(
                            "合并固件中的分区；不是合并固件则为空 · its partition in the merged image; empty if there was none")
                    String partition,
            @Described("在合并固件中的位置，字节 · where it was in the merged image, in bytes") long offset,
            @Described("没有保留的分区 · partitions that were dropped") List<String> dropped) {}

    static UploadedBuildView of(BuildView build, UploadedBuild uploaded) {
        Extraction found = uploaded.extraction();
        Sentence told = uploaded.told();
        return new UploadedBuildView(
                build,
                found == null || told == null
                        ? null
                        : new ExtractionView(
                                told,
                                found.zipEntry(),
                                found.partition(),
                                found.offset(),
                                found.dropped()));
    }
}
