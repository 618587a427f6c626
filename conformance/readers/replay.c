// Loads SavedModels through TensorFlow's C API and replays recorded calls (suite/callfile.py says how they are written).
//
//   replay LIST
//
// Each line of LIST names a model: NAME DIRECTORY CALLS TAGS. Prints, in the same form, what the calls gave, after a line
// "model NAME"; or a line "error TEXT". TF_LoadSessionFromSavedModel is the C++ loader that TF Serving calls.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tensorflow/c/c_api.h>
#include <tensorflow/c/tf_tstring.h>

enum { max_tensors = 64, max_dims = 32 };

// The tensors of one call.
struct call {
  TF_Output inputs[max_tensors], outputs[max_tensors];
  TF_Tensor *values[max_tensors];
  char keys[max_tensors][512];
  int ninputs, noutputs;
};

static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Decodes hexadecimal digits up to end or a character that is none; returns the number of bytes.
static size_t unhex(const char *hex, unsigned char *out) {
  size_t n = 0;
  for (; strchr("0123456789abcdef", hex[0]) && hex[0]; hex += 2) out[n++] = (unsigned char)(digit(hex[0]) << 4 | digit(hex[1]));
  return n;
}

static void print_hex(const void *data, size_t n) {
  for (size_t i = 0; i < n; i++) printf("%02x", ((const unsigned char *)data)[i]);
}

// The tensor of a graph whose name is in hexadecimal.
static int find(TF_Graph *graph, const char *hex, TF_Output *found) {
  char name[512];
  name[unhex(hex, (unsigned char *)name)] = 0;
  char *colon = strrchr(name, ':');
  found->index = colon ? atoi(colon + 1) : 0;
  if (colon) *colon = 0;
  found->oper = TF_GraphOperationByName(graph, name);
  if (!found->oper) printf("error no operation %s\n", name);
  return found->oper != NULL;
}

static TF_Tensor *decode(int dtype, char *dims, char *data) {
  int64_t shape[max_dims];
  int rank = 0;
  size_t count = 1;
  if (strcmp(dims, "-"))
    for (char *p = dims; p; p = strchr(p, ','), p = p ? p + 1 : p) count *= (size_t)(shape[rank++] = atoll(p));
  if (dtype == TF_STRING) {
    TF_Tensor *t = TF_AllocateTensor(TF_STRING, shape, rank, count * sizeof(TF_TString));
    TF_TString *strings = TF_TensorData(t);
    for (size_t i = 0; i < count; i++) {
      unsigned char *bytes = malloc(strlen(data) + 1);
      size_t n = unhex(data + 1, bytes);  // after the x
      TF_TString_Init(&strings[i]);
      TF_TString_Copy(&strings[i], (char *)bytes, n);
      free(bytes);
      data = strchr(data, ',') ? strchr(data, ',') + 1 : data;
    }
    return t;
  }
  size_t bytes = data[0] == '-' ? 0 : strlen(data) / 2;
  TF_Tensor *t = TF_AllocateTensor((TF_DataType)dtype, shape, rank, bytes);
  if (bytes) unhex(data, TF_TensorData(t));
  return t;
}

static void print_tensor(const char *key, TF_Tensor *t) {
  printf("out %s - %d ", key, TF_TensorType(t));
  int rank = TF_NumDims(t);
  for (int i = 0; i < rank; i++) printf(i ? ",%lld" : "%lld", (long long)TF_Dim(t, i));
  printf(rank ? " " : "- ");
  if (TF_TensorType(t) == TF_STRING) {
    TF_TString *strings = TF_TensorData(t);
    for (int64_t i = 0; i < TF_TensorElementCount(t); i++) {
      printf(i ? ",x" : "x");
      print_hex(TF_TString_GetDataPointer(&strings[i]), TF_TString_GetSize(&strings[i]));
    }
  } else {
    print_hex(TF_TensorData(t), TF_TensorByteSize(t));
  }
  printf(TF_TensorByteSize(t) ? "\n" : "-\n");
}

static void run(TF_Session *session, struct call *call, TF_Status *status) {
  TF_Tensor *results[max_tensors] = {0};
  TF_SessionRun(session, NULL, call->inputs, call->values, call->ninputs, call->outputs, results, call->noutputs, NULL, 0, NULL,
                status);
  if (TF_GetCode(status) == TF_OK)
    for (int i = 0; i < call->noutputs; i++) {
      print_tensor(call->keys[i], results[i]);
      TF_DeleteTensor(results[i]);
    }
  for (int i = 0; i < call->ninputs; i++) TF_DeleteTensor(call->values[i]);
  call->ninputs = call->noutputs = 0;
}

// Replays the calls of a file on a session; a call is run when the next one begins.
static void replay(TF_Session *session, TF_Graph *graph, FILE *calls, TF_Status *status) {
  static struct call call;
  call.ninputs = call.noutputs = 0;
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, calls) > 0 && TF_GetCode(status) == TF_OK) {
    char *rest = line, *words[6];
    int n = 0;
    for (char *w; n < 6 && (w = strsep(&rest, " \n"));) words[n++] = w;
    int in = !strcmp(words[0], "in");
    if (!strcmp(words[0], "call")) {
      if (call.noutputs) run(session, &call, status);
      printf("call %s\n", words[1]);
    } else if (in || !strcmp(words[0], "out")) {
      int *count = in ? &call.ninputs : &call.noutputs;
      if (*count == max_tensors || !find(graph, words[2], in ? &call.inputs[*count] : &call.outputs[*count])) break;
      if (in)
        call.values[*count] = decode(atoi(words[3]), words[4], words[5]);
      else
        snprintf(call.keys[*count], sizeof call.keys[0], "%s", words[1]);
      ++*count;
    }
  }
  if (call.noutputs && TF_GetCode(status) == TF_OK) run(session, &call, status);
  free(line);
}

static void load(char *directory, char *calls, char *tags) {
  const char *list[16];
  int ntags = 0;
  for (char *t; ntags < 16 && (t = strsep(&tags, ","));) list[ntags++] = t;
  TF_Status *status = TF_NewStatus();
  TF_Graph *graph = TF_NewGraph();
  TF_SessionOptions *options = TF_NewSessionOptions();
  TF_Session *session = TF_LoadSessionFromSavedModel(options, NULL, directory, list, ntags, graph, NULL, status);
  FILE *file = fopen(calls, "r");
  if (TF_GetCode(status) == TF_OK && file) replay(session, graph, file, status);
  if (TF_GetCode(status) != TF_OK) {
    printf("error ");
    for (const char *p = TF_Message(status); *p; p++) putchar(*p == '\n' ? ' ' : *p);
    printf("\n");
  }
  if (file) fclose(file);
  if (session) {
    TF_CloseSession(session, status);
    TF_DeleteSession(session, status);
  }
  TF_DeleteSessionOptions(options);
  TF_DeleteGraph(graph);
  TF_DeleteStatus(status);
}

int main(int argc, char **argv) {
  FILE *models = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!models) {
    fprintf(stderr, "usage: replay LIST\n");
    return 2;
  }
  printf("version %s\n", TF_Version());
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, models) > 0) {
    char *rest = line, *words[4] = {0};
    for (int i = 0; i < 4; i++) words[i] = strsep(&rest, " \n");
    if (!words[3]) continue;
    printf("model %s\n", words[0]);
    load(words[1], words[2], words[3]);
    fflush(stdout);
  }
  free(line);
  fclose(models);
  return 0;
}
