package scan

import "slices"

// Severity says how much harm a finding can do.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Severities lists them, from the least to the worst.
var Severities = []Severity{Low, Medium, High, Critical}

// Worse says whether s is at least as bad as t.
func (s Severity) Worse(t Severity) bool {
	return slices.Index(Severities, s) >= slices.Index(Severities, t)
}

// next is the severity above s.
func (s Severity) next() Severity {
	return Severities[min(slices.Index(Severities, s)+1, len(Severities)-1)]
}

// A Rule is a kind of finding.
type Rule struct {
	ID   string
	What string
	// The severities: where it happens when the model is loaded, when it is
	// called, and where nothing in the model calls it.
	Load, Call, Unused Severity
}

// The kinds of findings.
var (
	ruleExecute = &Rule{"execute", "runs code that is not TensorFlow's", Critical, Critical, High}
	ruleWrite   = &Rule{"file-write", "writes files", Critical, High, Medium}
	ruleRead    = &Rule{"file-read", "reads files", High, Medium, Low}
	// A file of the model itself, which it may read as a whole.
	ruleReadAsset = &Rule{"asset-read", "reads a file of the model's assets", Low, Low, Low}
	ruleNetwork   = &Rule{"network", "talks to other machines", Critical, High, Medium}
	ruleConfig    = &Rule{"configuration", "changes how the process reaches its file systems", High, High, Medium}
	ruleHidden    = &Rule{"hidden-graph", "runs a graph that is kept as bytes", High, High, Medium}
	ruleDecode    = &Rule{"decode", "decodes bytes that come from elsewhere into tensors", Low, Low, Low}
	ruleCustom    = &Rule{"custom-op", "is an op that TensorFlow does not have: a library runs for it", Medium, Medium, Low}
	ruleLambda    = &Rule{"keras-lambda", "is Python code in a Keras configuration, which Keras runs when it loads the model", High, High, High}
	ruleAsset     = &Rule{"asset-path", "names a file outside of the model as its asset", Critical, Critical, Critical}
	ruleTwo       = &Rule{"two-graphs", "is a second graph file, which other loaders may take", Medium, Medium, Medium}
	ruleOpaque    = &Rule{"not-scanned", "could not be looked into", High, High, High}
	ruleOther     = &Rule{"not-allowed", "is not among the ops that the policy allows", Medium, Medium, Medium}
)

// Rules lists the kinds of findings.
var Rules = []*Rule{
	ruleExecute, ruleWrite, ruleRead, ruleReadAsset, ruleNetwork, ruleConfig, ruleHidden, ruleDecode, ruleCustom, ruleLambda, ruleAsset, ruleTwo, ruleOpaque, ruleOther,
}

// A check says what an op does, and where it says to which file or machine.
type check struct {
	rule  *Rule
	input string // argument with the path or address
	attr  string // attribute with it
	// unless are the values of attr, or of the input, that make the op harmless; *
	// stands for any end.
	unless []string
}

// harmless says whether all that is used is among what does no harm.
func (c check) harmless(texts []string) bool {
	return len(c.unless) > 0 && !slices.ContainsFunc(texts, func(s string) bool {
		return !slices.ContainsFunc(c.unless, func(pattern string) bool { return like(s, pattern) })
	})
}

// checks are the ops of TensorFlow 2.21 that touch files, the network or other
// processes, or run code. That an op does follows from its kernel and its
// documentation; ListVersion counts the changes of this list.
var checks = map[string]check{
	"PyFunc":             {rule: ruleExecute, attr: "token"},
	"PyFuncStateless":    {rule: ruleExecute, attr: "token"},
	"EagerPyFunc":        {rule: ruleExecute, attr: "token"},
	"XlaCustomCall":      {rule: ruleExecute, attr: "target_name"},
	"XlaCustomCallV2":    {rule: ruleExecute, attr: "call_target_name"},
	"MlirPassthroughOp":  {rule: ruleExecute},
	"TPUExecute":         {rule: ruleExecute},
	"RpcServer":          {rule: ruleNetwork, input: "server_address"},
	"RpcServerStart":     {rule: ruleNetwork},
	"RpcServerRegister":  {rule: ruleNetwork},
	"RpcClient":          {rule: ruleNetwork, input: "server_address"},
	"RpcCall":            {rule: ruleNetwork},
	"Rpc":                {rule: ruleNetwork, input: "address"},
	"TryRpc":             {rule: ruleNetwork, input: "address"},
	"RemoteCall":         {rule: ruleNetwork, input: "target"},
	"Send":               {rule: ruleNetwork, attr: "recv_device"},
	"Recv":               {rule: ruleNetwork, attr: "send_device"},
	"_Send":              {rule: ruleNetwork, attr: "recv_device"},
	"_Recv":              {rule: ruleNetwork, attr: "send_device"},
	"_HostSend":          {rule: ruleNetwork, attr: "recv_device"},
	"_HostRecv":          {rule: ruleNetwork, attr: "send_device"},
	"DataServiceDataset": {rule: ruleNetwork, input: "address"}, "DataServiceDatasetV2": {rule: ruleNetwork, input: "address"},
	"DataServiceDatasetV3": {rule: ruleNetwork, input: "address"}, "DataServiceDatasetV4": {rule: ruleNetwork, input: "address"},
	"RegisterDataset": {rule: ruleNetwork, input: "address"}, "RegisterDatasetV2": {rule: ruleNetwork, input: "address"},
	"ConfigureDistributedTPU": {rule: ruleNetwork}, "ConfigureAndInitializeGlobalTPU": {rule: ruleNetwork},
	"ConnectTPUEmbeddingHosts": {rule: ruleNetwork}, "BigQueryReader": {rule: ruleNetwork},
	"FileSystemSetConfiguration": {rule: ruleConfig, input: "scheme"},
	"GcsConfigureCredentials":    {rule: ruleConfig}, "GcsConfigureBlockCache": {rule: ruleConfig},

	"WriteFile":          {rule: ruleWrite, input: "filename"},
	"PrintV2":            {rule: ruleWrite, attr: "output_stream", unless: []string{"stderr", "stdout", "log(info)", "log(warning)", "log(error)"}},
	"Save":               {rule: ruleWrite, input: "filename"},
	"SaveSlices":         {rule: ruleWrite, input: "filename"},
	"SaveV2":             {rule: ruleWrite, input: "prefix"},
	"MergeV2Checkpoints": {rule: ruleWrite, input: "destination_prefix"},
	"SaveDataset":        {rule: ruleWrite, input: "path"}, "SaveDatasetV2": {rule: ruleWrite, input: "path"},
	"DistributedSave":   {rule: ruleWrite, input: "directory"},
	"DatasetToTFRecord": {rule: ruleWrite, input: "filename"}, "ExperimentalDatasetToTFRecord": {rule: ruleWrite, input: "filename"},
	"SnapshotDataset": {rule: ruleWrite, input: "path"}, "SnapshotDatasetV2": {rule: ruleWrite, input: "path"},
	"CacheDataset":               {rule: ruleWrite, input: "filename", unless: []string{""}},
	"CacheDatasetV2":             {rule: ruleWrite, input: "filename", unless: []string{""}},
	"DumpTensor":                 {rule: ruleWrite, attr: "log_dir_path"},
	"CalibrationStatisticsSaver": {rule: ruleWrite, attr: "output_file_path"},
	"CreateSummaryFileWriter":    {rule: ruleWrite, input: "logdir"},
	"CreateSummaryDbWriter":      {rule: ruleWrite, input: "db_uri"},
	"ImportEvent":                {rule: ruleWrite}, "WriteSummary": {rule: ruleWrite}, "WriteScalarSummary": {rule: ruleWrite},
	"WriteHistogramSummary": {rule: ruleWrite}, "WriteImageSummary": {rule: ruleWrite}, "WriteAudioSummary": {rule: ruleWrite},
	"WriteGraphSummary": {rule: ruleWrite}, "WriteRawProtoSummary": {rule: ruleWrite},
	"DebugIdentity":   {rule: ruleWrite, attr: "debug_urls"},
	"DebugIdentityV2": {rule: ruleWrite, attr: "debug_urls"}, "DebugIdentityV3": {rule: ruleWrite, attr: "debug_urls"},
	"DebugNanCount": {rule: ruleWrite, attr: "debug_urls"}, "DebugNumericSummary": {rule: ruleWrite, attr: "debug_urls"},

	"ReadFile": {rule: ruleRead, input: "filename"}, "MatchingFiles": {rule: ruleRead, input: "pattern"},
	"WholeFileReader": {rule: ruleRead}, "WholeFileReaderV2": {rule: ruleRead}, "TextLineReader": {rule: ruleRead}, "TextLineReaderV2": {rule: ruleRead},
	"TFRecordReader": {rule: ruleRead}, "TFRecordReaderV2": {rule: ruleRead}, "FixedLengthRecordReader": {rule: ruleRead},
	"FixedLengthRecordReaderV2": {rule: ruleRead}, "LMDBReader": {rule: ruleRead},
	"ReaderRead": {rule: ruleRead}, "ReaderReadV2": {rule: ruleRead}, "ReaderReadUpTo": {rule: ruleRead}, "ReaderReadUpToV2": {rule: ruleRead},
	"Restore": {rule: ruleRead, input: "file_pattern"}, "RestoreSlice": {rule: ruleRead, input: "file_pattern"},
	"RestoreV2": {rule: ruleRead, input: "prefix"}, "DTensorRestoreV2": {rule: ruleRead, input: "prefix"},
	"InitializeTableFromTextFile": {rule: ruleRead, input: "filename"}, "InitializeTableFromTextFileV2": {rule: ruleRead, input: "filename"},
	"TextLineDataset": {rule: ruleRead, input: "filenames"}, "TFRecordDataset": {rule: ruleRead, input: "filenames"}, "TFRecordDatasetV2": {rule: ruleRead, input: "filenames"},
	"FixedLengthRecordDataset": {rule: ruleRead, input: "filenames"}, "FixedLengthRecordDatasetV2": {rule: ruleRead, input: "filenames"},
	"LMDBDataset": {rule: ruleRead, input: "filenames"}, "ExperimentalLMDBDataset": {rule: ruleRead, input: "filenames"},
	"CSVDataset": {rule: ruleRead, input: "filenames"}, "CSVDatasetV2": {rule: ruleRead, input: "filenames"}, "ExperimentalCSVDataset": {rule: ruleRead, input: "filenames"},
	"SqlDataset": {rule: ruleRead, input: "data_source_name"}, "ExperimentalSqlDataset": {rule: ruleRead, input: "data_source_name"},
	"MatchingFilesDataset": {rule: ruleRead, input: "patterns"}, "ExperimentalMatchingFilesDataset": {rule: ruleRead, input: "patterns"},
	"LoadDataset": {rule: ruleRead, input: "path"}, "ListSnapshotChunksDataset": {rule: ruleRead, input: "snapshot_path"},
	"SnapshotChunkDataset": {rule: ruleRead, input: "chunk_file"}, "SnapshotDatasetReader": {rule: ruleRead, input: "shard_dir"},
	"SnapshotNestedDatasetReader": {rule: ruleRead}, "LoadAndRemapMatrix": {rule: ruleRead, input: "ckpt_path"},
	"GenerateVocabRemapping": {rule: ruleRead, input: "new_vocab_file"}, "ImmutableConst": {rule: ruleRead, attr: "memory_region_name"},
	"RecordInput": {rule: ruleRead, attr: "file_pattern"}, "FixedUnigramCandidateSampler": {rule: ruleRead, attr: "vocab_file", unless: []string{""}},
	"DecodeProtoV2": {rule: ruleRead, attr: "descriptor_source", unless: []string{"local://", "bytes://*", ""}},
	"EncodeProto":   {rule: ruleRead, attr: "descriptor_source", unless: []string{"local://", "bytes://*", ""}},

	"DatasetFromGraph": {rule: ruleHidden},
	"ParseTensor":      {rule: ruleDecode},
}

// ListVersion is the version of the lists of ops.
const ListVersion = "2, for TensorFlow 2.21"

// stateful are the ops with state that the policy allowlist lets pass: what
// they change is within the model, or a random number.
var stateful = setOf(

	"Assert", "AssignAddVariableOp", "AssignSubVariableOp", "AssignVariableOp", "Case", "CheckNumerics", "CheckNumericsV2", "DatasetToSingleElement",
	"DestroyResourceOp", "DisableCopyOnRead", "Empty", "GuaranteeConst", "HashTable", "HashTableV2", "AnonymousHashTable", "AnonymousMutableHashTable",
	"AnonymousMutableHashTableOfTensors", "AnonymousMutableDenseHashTable", "If", "InitializeTableV2", "InitializeTable", "IteratorGetNext", "IteratorV2", "MakeIterator",
	"AnonymousIteratorV2", "AnonymousIteratorV3", "DeleteIterator", "LookupTableExportV2", "LookupTableFindV2", "LookupTableImportV2", "LookupTableInsertV2",
	"LookupTableRemoveV2", "LookupTableSizeV2", "Multinomial", "MutableDenseHashTableV2", "MutableHashTableOfTensorsV2", "MutableHashTableV2", "NonDeterministicInts",
	"ParameterizedTruncatedNormal", "Print", "RandomGamma", "RandomPoissonV2", "RandomShuffle", "RandomStandardNormal", "RandomUniform", "RandomUniformInt",
	"RangeDataset", "ReadVariableOp", "ReduceDataset", "ResourceGather", "ResourceGatherNd", "ResourceScatterAdd", "ResourceScatterUpdate", "ResourceStridedSliceAssign",
	"RngReadAndSkip", "RngSkip", "StackPopV2", "StackPushV2", "StackV2", "StackCloseV2", "StatefulPartitionedCall", "StatefulRandomBinomial", "StatefulStandardNormalV2", "StatefulTruncatedNormal",
	"StatefulUniform", "StatefulUniformFullInt", "StatefulUniformInt", "StatelessRandomGetAlg", "TemporaryVariable", "TensorArrayV3", "TensorArrayReadV3", "TensorArrayWriteV3",
	"TensorArrayGatherV3", "TensorArrayScatterV3", "TensorArraySizeV3", "TensorArrayCloseV3", "TensorArrayConcatV3", "TensorArraySplitV3", "TensorDataset", "TensorSliceDataset",
	"TruncatedNormal", "VarHandleOp", "VarIsInitializedOp", "Variable", "VariableShape", "VariableV2", "While", "ShuffleDatasetV3", "CacheDatasetV2", "CudnnRNNV3", "PrintV2", "DummyMemoryCache", "DummySeedGenerator",
	"AnonymousMemoryCache", "AnonymousSeedGenerator", "DeleteMemoryCache", "DeleteSeedGenerator",
	"CudnnRNN", "CudnnRNNV2", "CudnnRNNBackprop", "CudnnRNNBackpropV2", "CudnnRNNBackpropV3", "IteratorToStringHandle",
	"BoostedTreesCreateEnsemble", "BoostedTreesDeserializeEnsemble", "BoostedTreesEnsembleResourceHandleOp", "BoostedTreesPredict",
	"BoostedTreesSerializeEnsemble", "IsBoostedTreesEnsembleInitialized",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}
