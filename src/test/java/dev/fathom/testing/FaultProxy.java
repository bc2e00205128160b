package dev.fathom.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Stands between clients and a broker, and does to their bytes what networks do. */
public final class FaultProxy implements AutoCloseable {

    /** What happens to connections, those that are open too. */
    public enum Fault {
        NONE,
        /** They stand, and nothing comes through. */
        BLACK_HOLE,
        /** They are reset, and so is each new one. */
        RESET,
        /** Each is closed as soon as it is made. */
        CLOSED,
        /** Answers come a second late, or as late as was told. */
        DELAYED,
        /** Answers come later by {@link #late}, many under way at once, as over a long line. */
        LATE,
        /** Answers come a few bytes at a time. */
        SLOW_DRIP
    }

    private static final int BUFFER = 64 << 10;
    private static final int DRIP = 16;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int broker;
    private volatile Fault fault = Fault.NONE;
    private volatile long lateNanos;
    private volatile Duration delay = SECOND;
    private volatile Stutter stutter;

    /** Nothing comes through for so long, then everything for so long, again and again. */
    private record Stutter(Duration silent, Duration awake, long since) {

        boolean isSilent() {
            long at = (System.nanoTime() - since) % silent.plus(awake).toNanos();
            return at < silent.toNanos();
        }
    }

    public FaultProxy() {
        try {
            listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Where what comes in goes on to. */
    public void to(int brokerPort) {
        this.broker = brokerPort;
    }

    public void set(Fault now) {
        this.delay = SECOND;
        this.stutter = null;
        this.fault = now;
        if (now == Fault.RESET || now == Fault.CLOSED) {
            open.forEach(socket -> end(socket, now));
        }
    }

    /** Has answers come later by so much from now on. */
    public void late(Duration by) {
        this.lateNanos = by.toNanos();
        set(by.isZero() ? Fault.NONE : Fault.LATE);
    }

    /** Lets answers come so late, until another fault is set. */
    public void delay(Duration by) {
        set(Fault.DELAYED);
        delay = by;
    }

    /** Lets nothing through for a while, then all, again and again, until another fault is set. */
    public void stutter(Duration silent, Duration awake) {
        set(Fault.NONE);
        stutter = new Stutter(silent, awake, System.nanoTime());
    }

    private boolean isSilent() {
        Stutter now = stutter;
        return fault == Fault.BLACK_HOLE || now != null && now.isSilent();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        if (fault == Fault.RESET || fault == Fault.CLOSED) {
            end(client, fault);
            return;
        }
        try {
            Socket server = new Socket();
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker), 1000);
            open.add(server);
            start(() -> pump(client, server, false));
            pump(server, client, true);
        } catch (IOException e) {
            end(client, Fault.CLOSED);
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER];
        try (LateBytes late = new LateBytes(to.getOutputStream())) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                Fault now = fault;
                // What is under way already comes first.
                if (answers && (now == Fault.LATE || now == Fault.NONE && late.underWay())) {
                    late.send(buffer, read, now == Fault.LATE ? lateNanos : 0);
                } else {
                    pass(buffer, read, out, answers);
                }
            }
        } catch (IOException e) {
            // One side is gone; so is the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(from, Fault.CLOSED);
        end(to, Fault.CLOSED);
    }

    private void pass(byte[] bytes, int length, OutputStream out, boolean answers)
            throws IOException, InterruptedException {
        while (isSilent()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        if (answers && fault == Fault.DELAYED) {
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
        }
        int sent = 0;
        while (answers && fault == Fault.SLOW_DRIP && sent < length) {
            int some = Math.min(DRIP, length - sent);
            out.write(bytes, sent, some);
            sent += some;
            TimeUnit.MILLISECONDS.sleep(50);
        }
        out.write(bytes, sent, length - sent);
    }

    private void end(Socket socket, Fault how) {
        open.remove(socket);
        try {
            if (how == Fault.RESET) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // It was closed.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It was closed.
        }
        open.forEach(socket -> end(socket, Fault.CLOSED));
    }
}
