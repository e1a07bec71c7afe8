package io.slipway.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A bucket in any object store with the S3 API. */
final class S3Blobs implements BlobStore {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** For one attempt, and for all three. */
    private static final Duration TRY = Duration.ofMinutes(2);

    private static final Duration CALL = Duration.ofMinutes(5);
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})\\.bin");

    private final FirmwareConfig.S3 config;
    private final S3Client client;
    private final S3Presigner presigner;

    S3Blobs(FirmwareConfig.S3 config) {
        this.config = config;
        var credentials =
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(config.accessKey(), config.secretKey()));
        Region region = Region.of(config.region());
        // In one piece, and without the checksums that only Amazon's store supports.
        var style =
                S3Configuration.builder()
                        .pathStyleAccessEnabled(config.pathStyle())
                        .chunkedEncodingEnabled(false)
                        .build();
        var calls =
                S3Client.builder()
                        .credentialsProvider(credentials)
                        .region(region)
                        .serviceConfiguration(style)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT)
                                        .socketTimeout(SILENCE))
                        .overrideConfiguration(limits ->
                                limits.retryStrategy(RetryMode.STANDARD)
                                        .apiCallAttemptTimeout(TRY)
                                        .apiCallTimeout(CALL));
        var signs =
                S3Presigner.builder()
                        .credentialsProvider(credentials)
                        .region(region)
                        .serviceConfiguration(style);
        if (config.endpoint() != null) {
            calls.endpointOverride(config.endpoint());
            signs.endpointOverride(config.endpoint());
        }
        client = calls.build();
        presigner = signs.build();
    }

    private String key(String sha256) {
        return config.prefix() + BlobStore.name(sha256);
    }

    // The store rejects data that doesn't match the MD5, which every S3 store supports.
    @Override
    public void put(String sha256, Path file, long size) throws IOException {
        if (Files.size(file) != size) {
            throw new IOException("the image is not " + size + " bytes long");
        }
        String md5 = md5(file);
        run(() ->
                client.putObject(
                        put ->
                                put.bucket(config.bucket())
                                        .key(key(sha256))
                                        .contentLength(size)
                                        .contentType("application/octet-stream")
                                        .contentMD5(md5),
                        RequestBody.fromFile(file)));
        if (!has(sha256, size)) {
            throw new IOException("the image did not arrive completely in " + config);
        }
    }

    private static String md5(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            byte[] buffer = new byte[64 * 1024];
            int length;
            while ((length = in.read(buffer)) > 0) {
                digest.update(buffer, 0, length);
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        try {
            return run(() -> client.getObject(get -> get.bucket(config.bucket()).key(key(sha256))));
        } catch (NoSuchImage e) {
            throw new NoSuchFileException(BlobStore.name(sha256), null, e.getMessage());
        }
    }

    @Override
    public boolean has(String sha256, long size) throws IOException {
        var head = HeadObjectRequest.builder().bucket(config.bucket()).key(key(sha256)).build();
        try {
            return run(() -> client.headObject(head)).contentLength() == size;
        } catch (NoSuchImage e) {
            return false;
        }
    }

    @Override
    public void delete(String sha256) throws IOException {
        try {
            run(() -> client.deleteObject(it -> it.bucket(config.bucket()).key(key(sha256))));
        } catch (NoSuchImage e) {
            // As desired.
        }
    }

    @Override
    public void list(Consumer<String> each) throws IOException {
        run(() -> {
            var pages =
                    client.listObjectsV2Paginator(
                            it -> it.bucket(config.bucket()).prefix(config.prefix()));
            for (S3Object object : pages.contents()) {
                Matcher name = NAME.matcher(object.key().substring(config.prefix().length()));
                if (name.matches()) {
                    each.accept(name.group(1));
                }
            }
            return true;
        });
    }

    /**
     * A URL at which anyone can get an image for this long. Makes no request: whether the image
     * exists is not checked. Signed with this machine's time, which the store compares with its
     * own.
     */
    String url(String sha256, Duration valid) {
        return presigner
                .presignGetObject(it ->
                        it.signatureDuration(valid)
                                .getObjectRequest(
                                        get -> get.bucket(config.bucket()).key(key(sha256))))
                .url()
                .toString();
    }

    private static final class NoSuchImage extends IOException {
        NoSuchImage(Throwable cause) {
            super("there is no such object", cause);
        }
    }

    private static <T> T run(Supplier<T> call) throws IOException {
        try {
            return call.get();
        } catch (NoSuchKeyException e) {
            throw new NoSuchImage(e);
        } catch (SdkException | UncheckedIOException e) {
            throw new IOException("the S3 store failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        presigner.close();
    }
}
