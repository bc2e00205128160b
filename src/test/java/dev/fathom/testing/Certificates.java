package dev.fathom.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

/** Key pairs and what trusts them: PKCS 12 stores in a folder, made with the JDK's own tool. */
public final class Certificates {

    public static final String PASSWORD = "changeit";
    /** For servers on this machine. */
    public static final String LOOPBACK = "SAN=dns:localhost,ip:127.0.0.1";

    private final Path folder;

    /** @param folder made if it is not there; stores of earlier runs are made anew */
    public Certificates(Path folder) {
        this.folder = folder;
    }

    /** Where a store is. */
    public Path path(String store) {
        return folder.resolve(store + ".p12");
    }

    /** Makes a store with a key and its certificate, signed by itself. @param subject its distinguished name */
    public void pair(String name, String subject, String... more) {
        empty(path(name));
        generate(name, subject, more);
    }

    /** Makes a store with a key and its certificate, signed by another pair. @param by made with {@code -ext bc:c} */
    public void pairSigned(String by, String name, String subject, String... more) {
        empty(path(name));
        try {
            Files.copy(path(by), path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> signed = new ArrayList<>(List.of("-signer", by));
        signed.addAll(List.of(more));
        generate(name, subject, signed.toArray(String[]::new));
        try {
            KeyStore store = store(name);
            store.deleteEntry(by);
            try (OutputStream file = Files.newOutputStream(path(name))) {
                store.store(file, PASSWORD.toCharArray());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void generate(String name, String subject, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                subject,
                "-validity",
                "2"));
        arguments.addAll(List.of(more));
        keytool(arguments, name);
    }

    /** Makes a store that trusts a pair. */
    public void trust(String name, String store) {
        empty(path(store));
        Path certificate = folder.resolve(name + ".pem");
        keytool(List.of("-exportcert", "-rfc", "-alias", name, "-file", certificate.toString()), name);
        keytool(List.of("-importcert", "-noprompt", "-alias", name, "-file", certificate.toString()), store);
    }

    public KeyStore store(String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(path(name))) {
            store.load(file, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void empty(Path store) {
        try {
            Files.createDirectories(store.getParent());
            Files.deleteIfExists(store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keytool(List<String> arguments, String store) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", path(store).toString(), "-storepass", PASSWORD));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
