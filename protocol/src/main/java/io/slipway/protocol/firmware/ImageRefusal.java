package io.slipway.protocol.firmware;

import java.util.Locale;

/**
 * Why a file is not an application image that may be offered to devices.
 *
 * @param zh a sentence for people, in Chinese, with this file's figures
 * @param en the same in English
 */
public record ImageRefusal(Fault reason, String zh, String en) {

    static ImageRefusal of(Fault reason, Object... figures) {
        return new ImageRefusal(
                reason,
                String.format(Locale.ROOT, reason.zh, figures),
                String.format(Locale.ROOT, reason.en, figures));
    }

    /**
     * The kinds of refusal. Only the first fault in the file is reported. {@link ReleaseFile} looks
     * into zips and merged images.
     */
    public enum Fault {
        EMPTY("文件是空的", "The file is empty"),
        TOO_LARGE("文件超过 %d 字节的上限", "The file is larger than the limit of %d bytes"),
        NOT_AN_IMAGE(
                "不是 ESP 固件：第一个字节是 0x%02x，应为 0xe9（可能是加密固件或其他文件）",
                "Not an ESP image: the first byte is 0x%02x instead of 0xe9 (it may be encrypted,"
                        + " or another kind of file)"),
        ELF(
                "这是 ELF 文件；请上传同一次编译生成的 .bin 文件",
                "This is the ELF file; upload the .bin file of the same build"),
        ARCHIVE(
                "这是压缩包，只支持 zip；请解压后上传其中的应用固件",
                "This is an archive, and not a zip; unpack it and upload the application image"),
        ZIP_DAMAGED("zip 文件已损坏或不完整", "The zip is damaged or incomplete"),
        ZIP64(
                "zip 文件使用了 ZIP64 格式，不支持；请解压后上传其中的固件",
                "The zip is in the ZIP64 format, which is not supported; unpack it and upload the"
                        + " image"),
        ZIP_ENCRYPTED(
                "zip 文件有密码（%s）；请解压后上传其中的固件",
                "The zip is encrypted (%s); unpack it and upload the image"),
        ZIP_METHOD(
                "zip 里的“%s”用了不支持的压缩方式（%d）；请解压后上传",
                "%s in the zip is compressed with an unsupported method (%d); unpack it and upload"
                        + " the image"),
        ZIP_ENTRIES("zip 里有 %d 个文件，最多 %d 个", "The zip has %d entries; at most %d are accepted"),
        ZIP_NESTED(
                "zip 里没有固件，只有另一个压缩包（%s）；请解压后上传其中的固件",
                "The zip contains no firmware, but another archive (%s); unpack it and upload the"
                        + " image"),
        ZIP_NONE(
                "zip 里没有固件：需要应用固件（如 xiaozhi.bin）或合并固件（merged-binary.bin）",
                "The zip contains no firmware: an application image (such as xiaozhi.bin) or a"
                        + " merged image (merged-binary.bin) is needed"),
        ZIP_SEVERAL(
                "zip 里有不止一个固件：%s；请只上传需要的那个",
                "The zip contains more than one image: %s; upload the one that you want"),
        MERGED(
                "这是合并固件（含引导程序和分区表），只能用于烧录；请上传应用固件（如 xiaozhi.bin）",
                "This is a merged image (bootloader and partition table included), which can only"
                        + " be flashed by cable; upload the application image (such as"
                        + " xiaozhi.bin)"),
        MERGED_TABLE("合并固件里的分区表已损坏", "The partition table in the merged image is damaged"),
        MERGED_EMPTY(
                "合并固件的应用分区里没有应用固件（文件可能不完整，或已加密）",
                "The app partitions of the merged image contain no application image (the file may"
                        + " be incomplete or encrypted)"),
        MERGED_OVERRUN(
                "合并固件里的应用固件超出了它的分区“%s”（%d 字节）",
                "The application image does not fit its partition in the merged image, %s, of %d"
                        + " bytes"),
        BOOTLOADER("这是引导程序，不是应用固件", "This is a bootloader, not an application image"),
        NO_DESCRIPTION(
                "没有应用描述：第 32 字节处缺少 0xabcd5432",
                "No application description: 0xabcd5432 is missing at byte 32"),
        SEGMENT_COUNT("段数为 %d，应为 1 到 16", "The number of segments is %d instead of 1 to 16"),
        HASH_FLAG("哈希标志为 %d，应为 0 或 1", "The hash flag is %d instead of 0 or 1"),
        SEGMENT_LENGTH(
                "第 %d 段的长度 %d 无效：应为 4 的倍数且小于 16 MiB",
                "Segment %d has an invalid length of %d bytes: it must be a multiple of 4 and"
                        + " less than 16 MiB"),
        TRUNCATED(
                "文件不完整：在第 %d 字节处中断，至少应有 %d 字节",
                "The file is incomplete: it ends after %d bytes and must have at least %d"),
        CHECKSUM(
                "校验和错误：文件中是 0x%02x，计算得 0x%02x；文件已损坏",
                "The checksum is wrong: 0x%02x in the file, 0x%02x computed; the file is damaged"),
        HASH(
                "固件末尾的 SHA-256 与内容不符；文件已损坏",
                "The appended SHA-256 does not match the contents; the file is damaged"),
        TRAILING(
                "固件应在第 %d 字节处结束，之后还有多余内容",
                "The image should end after %d bytes, but the file continues"),
        SIGNATURE_V1(
                "带有 Secure Boot V1 签名，其公钥不在文件中，无法校验",
                "The image has a Secure Boot V1 signature, which can't be verified: the key is"
                        + " not in the file"),
        SIGNATURE_SCHEME(
                "签名方案（版本 %d，曲线 %d）无法校验；支持 RSA-3072 和 ECDSA P-256",
                "The signature scheme (version %d, curve %d) can't be verified; RSA-3072 and"
                        + " ECDSA P-256 are supported"),
        SIGNATURE_DAMAGED("第 %d 个签名块已损坏", "Signature block %d is damaged"),
        SIGNATURE_WRONG("第 %d 个签名与固件内容不符", "Signature %d does not match the contents"),
        UNKNOWN_CHIP("未知的芯片编号 %d", "Unknown chip number %d"),
        SEGMENT_ADDRESS(
                "第 %d 段的地址 0x%08x 与其在文件中的位置不符，设备会拒绝安装",
                "The address of segment %d, 0x%08x, does not match its position in the file:"
                        + " devices would refuse to install the image"),
        TEXT(
                "应用描述中的“%s”不是以 NUL 结尾的可打印 UTF-8 文本",
                "The %s in the application description is not printable UTF-8 text terminated by"
                        + " NUL"),
        VERSION(
                "版本号“%s”会使设备崩溃或反复升级：只能是用点分隔的数字，每段不超过 2147483647",
                "Version \"%s\" would make devices crash or update endlessly: only numbers up to"
                        + " 2147483647, separated by dots, are allowed"),
        NO_ELF_HASH(
                "应用描述中没有 ELF 的 SHA-256，无法区分不同的编译",
                "The application description has no SHA-256 of the ELF, so builds can't be"
                        + " distinguished");

        private final String zh;
        private final String en;

        Fault(String zh, String en) {
            this.zh = zh;
            this.en = en;
        }
    }
}
