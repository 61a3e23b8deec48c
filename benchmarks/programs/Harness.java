// The protocol of harness.grok.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

final class Harness {
    /** The result of that much work. */
    interface Run {
        Object of(int size);
    }

    static void serve(String[] arguments, Run run) throws IOException {
        if (arguments.length > 0) {
            System.out.println(run.of(Integer.parseInt(arguments[0])));
            return;
        }
        System.out.println("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String size = input.readLine(); size != null; size = input.readLine()) {
            System.out.println(run.of(Integer.parseInt(size)));
        }
    }
}
