package dev.sluice.spring.answers;

import dev.sluice.client.End;

/// Ends an answer from a callback that may not throw. If its thread is interrupted, the author's lease ends the answer.
final class Ends {
    interface Writing {
        End write() throws InterruptedException;
    }

    private Ends() {}

    static void write(Writing writing) {
        try {
            writing.write();
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
        }
    }
}
