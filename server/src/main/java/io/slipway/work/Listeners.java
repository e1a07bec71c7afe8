package io.slipway.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners in the order in which they were added: all of them are called, and a failing one does
 * not affect the others.
 *
 * <p>Thread-safe: listeners may be added and called from any threads at once. They are called on
 * the notifying thread, one after the other; one that is added meanwhile is called from the next
 * time on.
 *
 * @param <T> the type of the listeners
 */
public final class Listeners<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final String what;
    private final List<T> all = new CopyOnWriteArrayList<>();

    /**
     * @param what the listeners are for, for the log
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
     * Calls all listeners; failures are logged. For notifications, whose sender is not affected by
     * their handling.
     *
     * @return whether none failed
     */
    public boolean tell(Consumer<? super T> call) {
        boolean good = true;
        for (T listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                good = false;
                LOG.warn("{}: a listener failed", what, e);
            }
        }
        return good;
    }

    /**
     * Calls all listeners, then throws the first failure with the others suppressed. For work that
     * belongs to the operation: in its transaction, or to be retried by its caller.
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
