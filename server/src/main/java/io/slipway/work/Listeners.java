package io.slipway.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to be told of something, in the order in which they were added: nobody replaces
 * anybody, and one that fails keeps no other from being told.
 *
 * <p>Thread-safe: listeners may be added and told from any threads at once. They are told on the
 * thread that tells, one after the other; one that is added meanwhile hears from the next time on.
 *
 * @param <T> what a listener is
 */
public final class Listeners<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final String what;
    private final List<T> all = new CopyOnWriteArrayList<>();

    /**
     * @param what they are told, for the log
     */
    public Listeners(String what) {
        this.what = what;
    }

    public void add(T listener) {
        all.add(listener);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Tells everybody; failures are logged. For news: whoever brings it has nothing to do with what
     * others make of it.
     *
     * @return whether nobody failed
     */
    public boolean tell(Consumer<? super T> call) {
        boolean good = true;
        for (T listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                good = false;
                LOG.warn("{}: one of those who are told failed", what, e);
            }
        }
        return good;
    }

    /**
     * Tells everybody, then throws the first failure with the others in it. For work that belongs
     * to what is being done: inside its transaction, or where somebody has to try it again.
     */
    public void tellOrThrow(Consumer<? super T> call) {
        @Nullable RuntimeException first = null;
        for (T listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
