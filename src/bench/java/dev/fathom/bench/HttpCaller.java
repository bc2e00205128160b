package dev.fathom.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One caller of the service on a connection of its own that stays open. Does no more than it must, since it shares the processors
 * with what is measured: reads the whole answer, keeps its bytes, looks into none of them.
 */
final class HttpCaller implements AutoCloseable {

    /** In place of a status where no answer came. */
    static final int NO_ANSWER = 0;

    private static final int PATIENCE_MILLIS = 30_000;

    private final int port;
    private Socket socket;
    private InputStream in;
    private byte[] body = new byte[1 << 16];
    private int length;

    HttpCaller(int port) {
        this.port = port;
    }

    /** @return the status, or {@link #NO_ANSWER} */
    int get(String path) {
        try {
            if (socket == null) {
                connect();
            }
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: application/json\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return read();
        } catch (IOException e) {
            close();
            return NO_ANSWER;
        }
    }

    /** The bytes of the last answer. */
    byte[] body() {
        return Arrays.copyOf(body, length);
    }

    private void connect() throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    private int read() throws IOException {
        length = 0;
        String first = line();
        if (!first.startsWith("HTTP/1.1 ") || first.length() < 12) {
            throw new IOException("not an answer: " + first);
        }
        int status = Integer.parseInt(first.substring(9, 12));
        int announced = 0;
        boolean chunked = false;
        boolean last = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                announced = Integer.parseInt(header.substring(15).trim());
            }
            chunked |= header.startsWith("transfer-encoding:") && header.contains("chunked");
            last |= header.startsWith("connection:") && header.contains("close");
        }
        if (chunked) {
            for (int chunk = size(); chunk > 0; chunk = size()) {
                take(chunk);
                line();
            }
            line();
        } else {
            take(announced);
        }
        if (last) {
            close();
        }
        return status;
    }

    private int size() throws IOException {
        String line = line();
        int end = line.indexOf(';');
        return Integer.parseInt(end < 0 ? line : line.substring(0, end), 16);
    }

    private void take(int bytes) throws IOException {
        if (length + bytes > body.length) {
            body = Arrays.copyOf(body, Math.max(2 * body.length, length + bytes));
        }
        if (in.readNBytes(body, length, bytes) < bytes) {
            throw new EOFException("an answer that ends early");
        }
        length += bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int one = in.read(); one != '\n'; one = in.read()) {
            if (one < 0) {
                throw new EOFException("an answer that ends early");
            }
            if (one != '\r') {
                line.append((char) one);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It was closed.
            }
            socket = null;
        }
    }
}
