package dev.sluice.core.store;

import dev.sluice.core.log.SearchRefused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers questions that take time on a few platform threads of its own (a native read pins a virtual thread to its
/// carrier, of which there are as many as processors). Any thread; nothing here blocks.
///
/// A question is worked on in slices, each behind those of all others. One that is not answered in its first slice is a
/// search: only so many of them take turns at once, the others wait, first come, first served, and beyond so many are
/// refused. Who asks what is being asked shares the answer; a question that everybody gave up is dropped.
public final class ReadPool implements Readers.Elsewhere {
    private static final int IDLE_SECONDS = 10;

    private final int searchesMax;
    private final int waitingMax;
    private final ThreadPoolExecutor threads;
    private final Map<Object, Question<?>> underWay = new HashMap<>();
    private final ArrayDeque<Question<?>> waiting = new ArrayDeque<>();
    private int searching;

    /// Somebody's, or that of several.
    private static final class Question<T> {
        final Object what;
        final Supplier<@Nullable T> slice;
        final List<CompletableFuture<T>> askers = new ArrayList<>(1);
        boolean isSearch;

        Question(Object what, Supplier<@Nullable T> slice) {
            this.what = what;
            this.slice = slice;
        }
    }

    /// @param threads     slices at once
    /// @param searchesMax searches at once
    /// @param waitingMax  searches that wait for that
    public ReadPool(int threads, int searchesMax, int waitingMax) {
        this.searchesMax = searchesMax;
        this.waitingMax = waitingMax;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("sluice-read-", 0).daemon().factory());
        this.threads.allowCoreThreadTimeOut(true);
    }

    @Override
    @SuppressWarnings("unchecked") // Equal questions are of one type, and so are their answers.
    public <T> CompletionStage<T> ask(Object what, Supplier<@Nullable T> slice) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        Question<T> question;
        synchronized (this) {
            Question<T> known = (Question<T>) underWay.get(what);
            if (known != null) {
                known.askers.add(mine);
                return mine;
            }
            question = new Question<>(what, slice);
            question.askers.add(mine);
            underWay.put(what, question);
        }
        go(question);
        return mine;
    }

    /// Does a slice of something else, behind those of questions.
    public void run(Runnable slice) {
        try {
            threads.execute(slice);
        } catch (RejectedExecutionException closed) {
            slice.run(); // It finds its log closed, and can say so.
        }
    }

    private <T> void go(Question<T> question) {
        try {
            threads.execute(() -> turn(question));
        } catch (RejectedExecutionException closed) {
            fail(question, Readers.closed());
        }
    }

    private <T> void turn(Question<T> question) {
        if (isDropped(question)) return;
        T found;
        try {
            found = question.slice.get();
        } catch (RuntimeException | Error failed) {
            fail(question, failed);
            return;
        }
        if (found != null) end(question, asker -> asker.complete(found));
        else if (mayGoOn(question)) go(question);
    }

    /// Whether nobody wants the answer any more, and so the question is gone.
    private boolean isDropped(Question<?> question) {
        Question<?> next;
        synchronized (this) {
            if (!forgetAbandoned(question)) return false;
            next = nextSearch(question);
        }
        if (next != null) go(next);
        return true;
    }

    /// Whether its next slice comes at once; else it waits for another search to end, or is refused.
    private boolean mayGoOn(Question<?> question) {
        synchronized (this) {
            if (question.isSearch) return true;
            if (searching < searchesMax) {
                question.isSearch = true;
                searching++;
                return true;
            }
            if (waiting.size() == waitingMax) waiting.removeIf(this::forgetAbandoned);
            if (waiting.size() < waitingMax) {
                waiting.add(question);
                return false;
            }
        }
        fail(
                question,
                new SearchRefused(
                        SearchRefused.Reason.TOO_MANY,
                        "more than " + waitingMax + " searches wait for their turn: try again later, name channels in"
                                + " full, or use after="));
        return false;
    }

    /// Under the lock, as does the next one.
    private boolean forgetAbandoned(Question<?> question) {
        for (CompletableFuture<?> asker : question.askers) if (!asker.isDone()) return false;
        return underWay.remove(question.what, question);
    }

    /// The search that takes the place of one that is over; null: there is none, or it was no search.
    private @Nullable Question<?> nextSearch(Question<?> over) {
        if (!over.isSearch) return null;
        Question<?> next = waiting.poll();
        if (next == null) searching--;
        else next.isSearch = true;
        return next;
    }

    private <T> void fail(Question<T> question, Throwable failure) {
        end(question, asker -> asker.completeExceptionally(failure));
    }

    private <T> void end(Question<T> question, Consumer<CompletableFuture<T>> answer) {
        List<CompletableFuture<T>> askers;
        Question<?> next;
        synchronized (this) {
            underWay.remove(question.what, question); // First: who asks from now on may ask for news.
            askers = List.copyOf(question.askers);
            next = nextSearch(question);
        }
        if (next != null) go(next);
        askers.forEach(answer);
    }

    /// Takes nothing more. What is under way fails; a slice that runs is not waited for.
    public void close() {
        threads.shutdown();
        List<Question<?>> left;
        synchronized (this) {
            left = List.copyOf(underWay.values());
            waiting.clear();
        }
        for (Question<?> question : left) fail(question, Readers.closed());
    }
}
