package io.slipway.http.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;

/** Reads a folder of the classpath, in a jar or on disk. */
final class ClasspathFolder {

    /** They are held in memory. A web UI of 30 pages has a few hundred files, 5 MB in all. */
    static final int MOST_FILES = 5_000;

    static final long MOST_BYTES = 48L << 20;

    private final Map<String, byte[]> files = new HashMap<>();
    private long bytes;

    private ClasspathFolder() {}

    /**
     * All files below {@code folder}, by their relative path: {@code assets/a.js}. Empty if there
     * is no such folder with an {@code index.html}.
     *
     * @param folder ends with a slash
     * @throws IllegalStateException if the limits are exceeded
     */
    static Map<String, byte[]> read(ClassLoader loader, String folder) {
        URL index = loader.getResource(folder + "index.html");
        if (index == null) {
            return Map.of();
        }
        var found = new ClasspathFolder();
        try {
            if (index.openConnection() instanceof JarURLConnection jar) {
                found.jar(jar, folder);
            } else {
                found.disk(Path.of(URI.create(index.toString())).resolveSibling(""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the web UI's files can't be read", e);
        }
        return found.files;
    }

    private void jar(JarURLConnection connection, String folder) throws IOException {
        // Not shared: closing a shared one would affect class loading.
        connection.setUseCaches(false);
        try (var jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().toList()) {
                if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(entry.getName().substring(folder.length()), in);
                    }
                }
            }
        }
    }

    private void disk(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    String separator = folder.getFileSystem().getSeparator();
                    add(folder.relativize(file).toString().replace(separator, "/"), in);
                }
            }
        }
    }

    private void add(String path, InputStream in) throws IOException {
        byte[] content = in.readNBytes((int) (MOST_BYTES - bytes + 1));
        bytes += content.length;
        if (bytes > MOST_BYTES || files.size() == MOST_FILES) {
            throw new IllegalStateException(
                    "the web UI has over " + MOST_FILES + " files or " + MOST_BYTES + " bytes");
        }
        files.put(path, content);
    }
}
