package dev.fathom.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/**
 * What runs in the process of Kafka's tools: runs one after the other, as its parent asks, since starting a JVM for each costs
 * more than all of them. Uses nothing but the JDK; Kafka is on this process's class path alone. Ends with its parent.
 */
final class ToolServer {

    private ToolServer() {}

    /** A tool wants to end its process. */
    private static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;

        private Ended(int status) {
            super(null, null, false, false);
            this.status = status;
        }
    }

    public static void main(String[] args) throws Exception {
        DataInputStream in = new DataInputStream(System.in);
        DataOutputStream out = new DataOutputStream(System.out);
        refuseToEnd();
        while (true) {
            String[] call = new String[in.readInt()];
            for (int i = 0; i < call.length; i++) {
                call[i] = in.readUTF();
            }
            answer(call, out);
        }
    }

    /** A tool's own way to end its process, which here only ends the tool. */
    private static void refuseToEnd() throws ReflectiveOperationException {
        Class<?> procedure = Class.forName("org.apache.kafka.common.utils.Exit$Procedure");
        Object refusal = Proxy.newProxyInstance(
                procedure.getClassLoader(), new Class<?>[] {procedure}, (proxy, method, arguments) -> {
                    throw new Ended((Integer) arguments[0]);
                });
        Class.forName("org.apache.kafka.common.utils.Exit")
                .getMethod("setExitProcedure", procedure)
                .invoke(null, refusal);
    }

    private static void answer(String[] call, DataOutputStream out) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        int status = 0;
        try {
            String[] arguments = new String[call.length - 1];
            System.arraycopy(call, 1, arguments, 0, arguments.length);
            Class.forName(call[0]).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            status = e.getCause() instanceof Ended ended ? ended.status : 1;
        } catch (ReflectiveOperationException e) {
            status = 1;
        } finally {
            System.setOut(before);
        }
        byte[] bytes = printed.toByteArray();
        out.writeInt(status);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }
}
