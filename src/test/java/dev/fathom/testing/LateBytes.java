package dev.fathom.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A long line: bytes arrive in order, each piece so long after it was sent, however many are under way. */
final class LateBytes implements AutoCloseable {

    private record Piece(byte[] bytes, long due) {}

    private final OutputStream out;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private Thread delivery;

    LateBytes(OutputStream out) {
        this.out = out;
    }

    boolean underWay() {
        return underWay.get() > 0;
    }

    void send(byte[] bytes, int length, long afterNanos) {
        underWay.incrementAndGet();
        pieces.add(new Piece(Arrays.copyOf(bytes, length), System.nanoTime() + afterNanos));
        if (delivery == null) {
            delivery = new Thread(this::deliver, "fault-proxy-late");
            delivery.setDaemon(true);
            delivery.start();
        }
    }

    private void deliver() {
        try {
            while (true) {
                Piece piece = pieces.take();
                for (long left = piece.due() - System.nanoTime(); left > 0; left = piece.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                    if (Thread.interrupted()) {
                        return;
                    }
                }
                out.write(piece.bytes());
                underWay.decrementAndGet();
            }
        } catch (IOException | InterruptedException e) {
            // The line is gone, and what was under way with it.
        }
    }

    @Override
    public void close() {
        if (delivery != null) {
            delivery.interrupt();
        }
    }
}
