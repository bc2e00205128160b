package dev.fathom.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A server on loopback that says the bytes it is told to, by HTTP's rules or against them. */
public final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** What to do with a connection, which is closed after it. */
    public interface Script {
        void serve(Connection connection) throws IOException;
    }

    private RawServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
        threads.execute(this::accept);
    }

    public static RawServer on(ServerSocketFactory sockets, String address, int port, Script script) {
        try {
            return new RawServer(sockets.createServerSocket(port, 300, InetAddress.getByName(address)), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On a socket that is set up and not bound. */
    public static RawServer on(ServerSocket socket, String address, Script script) {
        try {
            socket.bind(new InetSocketAddress(address, 0));
            return new RawServer(socket, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RawServer doing(Script script) {
        return on(ServerSocketFactory.getDefault(), "127.0.0.1", 0, script);
    }

    /** One that says the same to every call, and keeps connections open. */
    public static RawServer saying(String answer) {
        return doing(connection -> {
            while (connection.read()) {
                connection.say(answer);
            }
        });
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Connection connection = new Connection(socket, accepted.incrementAndGet());
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                // Closed, or somebody who went away at once.
            }
        }
    }

    private void serve(Connection connection) {
        try (Socket socket = connection.socket) {
            script.serve(connection);
        } catch (IOException e) {
            // The other end has gone: what tests look at is what it made of it.
        } finally {
            open.remove(connection.socket);
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** How many connections there were. */
    public int accepted() {
        return accepted.get();
    }

    /** How many there are. */
    public int open() {
        return open.size();
    }

    /** Everything before the bodies, call by call. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }

    /** One connection, of which there are many at once. */
    public final class Connection {

        private final Socket socket;
        private final int number;
        private InputStream in;

        private Connection(Socket socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        /** From 1. */
        public int number() {
            return number;
        }

        private InputStream in() throws IOException {
            if (in == null) {
                in = new BufferedInputStream(socket.getInputStream());
            }
            return in;
        }

        /** Reads a whole call. @return whether there was one */
        public boolean read() throws IOException {
            String head = readHead();
            if (head.isEmpty()) {
                return false;
            }
            long length = head.lines()
                    .map(line -> line.toLowerCase(Locale.ROOT))
                    .filter(line -> line.startsWith("content-length:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                    .findFirst()
                    .orElse(0);
            in().skipNBytes(length);
            return true;
        }

        /** Reads the lines before a body; nothing at the end of the connection. */
        public String readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in().read();
                if (next < 0) {
                    return "";
                }
                head.append((char) next);
            }
            heads.add(head.toString());
            return head.toString();
        }

        public void say(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Waits until the other end has closed it. */
        public void hold() throws IOException {
            while (in().read() >= 0) {
                // What it says does not matter.
            }
        }
    }
}
