import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * Loads SavedModels and replays recorded calls (suite/callfile.py says how they are written).
 *
 * <p>Each line of the file in the first argument names a model: NAME DIRECTORY CALLS TAGS. Prints, in the same form, what
 * the calls gave, after a line "model NAME"; or a line "error TEXT".
 */
public final class Replay {
  private static final Map<Integer, Class<? extends TType>> TYPES = Map.of(
      1, TFloat32.class, 2, TFloat64.class, 3, TInt32.class, 4, TUint8.class, 7, TString.class, 9, TInt64.class,
      10, TBool.class, 14, TBfloat16.class, 19, TFloat16.class);

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("version " + TensorFlow.version());
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      String[] words = line.split(" ");
      out.println("model " + words[0]);
      try {
        replay(words[1], Files.readAllLines(Path.of(words[2])), words[3].split(","), out);
      } catch (Exception e) {
        out.println("error " + e.toString().replaceAll("\\s+", " "));
      }
    }
  }

  private static void replay(String directory, List<String> calls, String[] tags, PrintStream out) {
    try (SavedModelBundle model = SavedModelBundle.loader(directory).withTags(tags).load()) {
      var signatures = model.metaGraphDef().getSignatureDefMap();
      for (int i = 0; i < calls.size();) {
        String[] call = calls.get(i++).split(" ");
        if (!call[0].equals("call")) {
          continue;
        }
        var signature = signatures.get(text(call[1]));
        Session.Runner runner = model.session().runner();
        List<Tensor> feeds = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (; i < calls.size() && !calls.get(i).startsWith("call "); i++) {
          String[] words = calls.get(i).split(" ");
          if (words[0].equals("in")) {
            Tensor tensor = decode(words);
            feeds.add(tensor);
            runner.feed(signature.getInputsMap().get(text(words[1])).getName(), tensor);
          } else {
            outputs.add(words[1]);
            runner.fetch(signature.getOutputsMap().get(text(words[1])).getName());
          }
        }
        out.println(String.join(" ", call));
        var run = runner.run();
        for (int j = 0; j < outputs.size(); j++) {
          Tensor tensor = run.get(j);
          out.println("out " + outputs.get(j) + " - " + encode(tensor));
          tensor.close();
        }
        feeds.forEach(Tensor::close);
      }
    }
  }

  private static String text(String hex) {
    return hex.equals("-") ? "" : new String(bytes(hex), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String hex) {
    byte[] result = new byte[hex.length() / 2];
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    return result;
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }

  /** The tensor of a line "in KEY TENSOR DTYPE DIMS DATA". */
  private static Tensor decode(String[] words) {
    int dtype = Integer.parseInt(words[3]);
    Class<? extends TType> type = TYPES.get(dtype);
    if (type == null) {
      throw new IllegalArgumentException("tensorflow-java has no type for dtype " + dtype);
    }
    Shape shape = Shape.scalar();
    if (!words[4].equals("-")) {
      String[] dims = words[4].split(",");
      long[] sizes = new long[dims.length];
      for (int i = 0; i < dims.length; i++) {
        sizes[i] = Long.parseLong(dims[i]);
      }
      shape = Shape.of(sizes);
    }
    if (dtype == 7) {
      NdArray<byte[]> values = NdArrays.ofObjects(byte[].class, shape);
      String[] elements = words[5].split(",");
      int[] next = {0};
      values.scalars().forEach(s -> s.setObject(bytes(elements[next[0]++].substring(1))));
      return TString.tensorOfBytes(values);
    }
    byte[] data = words[5].equals("-") ? new byte[0] : bytes(words[5]);
    return Tensor.of(type, shape, DataBuffers.of(data, true, false));
  }

  /** DTYPE DIMS DATA of a tensor. */
  private static String encode(Tensor tensor) {
    StringBuilder dims = new StringBuilder();
    for (long d : tensor.shape().asArray()) {
      dims.append(dims.length() == 0 ? "" : ",").append(d);
    }
    String data;
    if (tensor instanceof TString) {
      List<String> elements = new ArrayList<>();
      ((TString) tensor).asBytes().scalars().forEach(s -> elements.add("x" + hex(s.getObject())));
      data = String.join(",", elements);
    } else {
      ByteDataBuffer raw = tensor.asRawTensor().data();
      byte[] content = new byte[(int) raw.size()];
      raw.read(content);
      data = hex(content);
    }
    return tensor.dataType().getNumber() + " " + (dims.length() == 0 ? "-" : dims) + " " + (data.isEmpty() ? "-" : data);
  }
}
