using System.Text.Json.Nodes;

namespace EnvelopeCrypto.KmsServer.Operations;

/// <summary>One operation: a request in, the members of the answer out.</summary>
/// <exception cref="KmsFailure">The answer is an error.</exception>
internal delegate JsonObject KmsOperation(KmsRequest request);
