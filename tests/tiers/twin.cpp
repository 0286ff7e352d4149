// SPDX-License-Identifier: Apache-2.0
#include "tests/tiers/twin.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "engine/base/try.h"
#include "engine/binary/decoder.h"
#include "engine/jit/compiled_tier.h"
#include "engine/validate/validate.h"
#include "tests/support/chosen_tier.h"

namespace wasmscope::test {
namespace {

using wasm::Kind;

std::string hex(uint64_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

std::string type_name(const wasm::ValType& type) {
  switch (type.kind) {
    case Kind::I32: return "i32";
    case Kind::I64: return "i64";
    case Kind::F32: return "f32";
    case Kind::F64: return "f64";
    case Kind::V128: return "v128";
    default: return "ref";
  }
}

FakeReply call_fake(FakeHost& host, const wasm::Module& module, uint32_t import, std::span<const uint64_t> arguments,
                    const FakeMemory& memory) {
  const wasm::Import& asked = module.imports[import];
  return host.call(asked, module.func_type(asked.index), arguments, memory);
}

// Bits above an i32 in a slot are nobody's business.
std::vector<uint64_t> as_values(const wasm::FuncType& type, std::span<const uint64_t> slots) {
  std::vector<uint64_t> values(slots.begin(), slots.end());
  for (size_t i = 0; i < values.size(); ++i)
    if (type.params[i].kind == Kind::I32 || type.params[i].kind == Kind::F32) values[i] &= 0xFFFFFFFF;
  return values;
}

}  // namespace

std::string text_of(const runtime::Outcome& outcome) {
  if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome))
    return "trapped: " + std::string(name_of(trapped->code)) + " " + trapped->text;
  if (const auto* paused = std::get_if<runtime::Paused>(&outcome))
    return "paused, reason " + std::to_string(static_cast<int>(paused->reason));
  if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) return "exited " + std::to_string(exited->code);
  return "returned";
}

std::vector<uint8_t> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::shared_ptr<const wasm::Module> decode_valid(const std::vector<uint8_t>& bytes, std::string& problem) {
  const auto owned = std::make_shared<const std::vector<uint8_t>>(bytes);
  wasm::Features features;
  features.set(wasm::Feature::WideArithmetic, true);
  auto decoded = binary::decode(*owned, features);
  if (!decoded) {
    problem = to_line(decoded.error(), nullptr);
    return nullptr;
  }
  decoded->owned = owned;
  if (const auto valid = validate::validate(*decoded, features); !valid) {
    problem = to_line(valid.error(), &*decoded);
    return nullptr;
  }
  return std::make_shared<const wasm::Module>(std::move(*decoded));
}

runtime::Imports fake_imports(const wasm::Module& module, FakeHost& host) {
  runtime::Imports imports;
  for (uint32_t i = 0; i < module.imports.size(); ++i) {
    const wasm::Import& import = module.imports[i];
    if (import.kind != wasm::ExternKind::Func) continue;
    const wasm::FuncType& type = module.func_type(import.index);
    imports.add({std::string(import.module), std::string(import.name), type, [&module, &host, i, type](runtime::HostCall& call) {
                   std::vector<uint64_t> arguments;
                   for (size_t k = 0; k < call.argument_count(); ++k) arguments.push_back(call.i64(k));
                   const FakeMemory memory{[&](uint64_t address, uint64_t size) -> std::optional<std::vector<uint8_t>> {
                                             const auto view = call.read(address, size);
                                             if (!view) return std::nullopt;
                                             return std::vector<uint8_t>(view->begin(), view->end());
                                           },
                                           [&](uint64_t address, const std::vector<uint8_t>& written) {
                                             return call.write(address, written);
                                           }};
                   const FakeReply reply = call_fake(host, module, i, as_values(type, arguments), memory);
                   for (size_t k = 0; k < reply.results.size(); ++k) call.set_result(k, reply.results[k]);
                   if (reply.exit_code) call.exit(*reply.exit_code);
                 }});
  }
  return imports;
}

std::unique_ptr<Twin> Twin::create(const std::vector<uint8_t>& bytes, std::string& problem) {
  std::unique_ptr<Twin> twin(new Twin());
  twin->module = decode_valid(bytes, problem);
  if (!twin->module) return nullptr;
  const wasm::Module& module = *twin->module;
  const runtime::Imports imports = fake_imports(module, twin->engine_host);
  twin->oracle = std::make_unique<Oracle>(twin->module, [self = twin.get()](wasm::FuncIndex func,
                                                                            std::span<const uint64_t> arguments,
                                                                            std::vector<uint8_t>* bytes_of_memory) {
    const auto exceeds = [&](uint64_t address, uint64_t size) {
      return bytes_of_memory == nullptr || address > bytes_of_memory->size() ||
             size > bytes_of_memory->size() - address;
    };
    const FakeMemory memory{[&](uint64_t address, uint64_t size) -> std::optional<std::vector<uint8_t>> {
                              if (exceeds(address, size)) return std::nullopt;
                              const auto from = bytes_of_memory->begin() + static_cast<ptrdiff_t>(address);
                              return std::vector<uint8_t>(from, from + static_cast<ptrdiff_t>(size));
                            },
                            [&](uint64_t address, const std::vector<uint8_t>& written) {
                              if (exceeds(address, written.size())) return false;
                              std::copy(written.begin(), written.end(),
                                        bytes_of_memory->begin() + static_cast<ptrdiff_t>(address));
                              return true;
                            }};
    FakeReply reply = call_fake(self->oracle_host, *self->module, *self->module->funcs[func].import, arguments, memory);
    return OracleHostReply{std::move(reply.results), reply.exit_code};
  });

  auto instantiated = runtime::instantiate(twin->store, twin->module, imports);
  if (!instantiated) {
    problem = to_line(instantiated.error(), &module);
    return nullptr;
  }
  const auto expected = twin->oracle->instantiate();
  if (instantiated->trap != expected) {
    problem = "instantiation traps differently";
    return nullptr;
  }
  if (expected) return nullptr;
  twin->instance = instantiated->result.instance;
  for (size_t i = 0; i < twin->instance->funcs.size(); ++i)
    twin->func_references_[uint64_t{twin->instance->funcs[i]->address} + 1] = i + 1;
  twin->interpreter = std::make_unique<interp::Interpreter>(twin->store);
  twin->interpreter->add_instance(*twin->instance);
  if (const ChosenTier chosen = chosen_tier(); chosen.compile_when) {
    auto tier = jit::CompiledTier::create(twin->store, chosen.has_guards ? jit::Bounds::Guarded : jit::Bounds::Checked);
    if (!tier) {
      problem = tier.error();
      return nullptr;
    }
    twin->tier = std::move(*tier);
    twin->interpreter->set_tier(*twin->tier, *chosen.compile_when, chosen.look_ticks);
  }
  return twin;
}

Twin::~Twin() {
  if (execution) interpreter->remove(*execution);
}

void Twin::begin(wasm::FuncIndex func, const std::vector<Value>& arguments) {
  if (!execution) {
    auto created = runtime::Execution::create(0);
    CHECK(created.has_value());
    execution = std::move(*created);
  }
  execution->tick = 0;
  execution->begin(*instance->funcs[func], arguments);
  oracle->begin(func, arguments);
}

runtime::Outcome Twin::run(const interp::RunRequest& request) { return interpreter->run(*execution, request); }

Twin::FrameView Twin::view(uint32_t depth) const {
  if (depth == execution->depth) return {execution->func->index, execution->pc, execution->frame_base, false};
  const runtime::ControlRecord& record = execution->records()[depth];
  return {store.funcs[record.func].index, record.call_pc, record.frame_base, true};
}

const lower::Description& Twin::description(const FrameView& frame) {
  const auto [found, is_new] = descriptions_.try_emplace({frame.is_suspended, frame.pc});
  if (is_new)
    found->second = frame.is_suspended ? lower::describe_suspended(*module, frame.func, frame.pc)
                                       : lower::describe(*module, frame.func, frame.pc);
  return found->second;
}

const std::vector<lower::LocalPlace>& Twin::locals(wasm::FuncIndex func) {
  const auto [found, is_new] = locals_.try_emplace(func);
  if (is_new) found->second = lower::local_places(*module, func);
  return found->second;
}

std::string Twin::compare_slots(const uint64_t* slots, const Value& expected) {
  std::string text = compare_value(slots[0], expected);
  if (!text.empty() || expected.type.kind != Kind::V128 || slots[1] == expected.high) return text;
  return "v128, upper half: engine " + hex(slots[1]) + ", oracle " + hex(expected.high);
}

std::string Twin::compare_value(uint64_t engine, const Value& expected) {
  const Kind kind = expected.type.kind;
  if (kind == Kind::I32 || kind == Kind::F32) engine &= 0xFFFFFFFF;
  if (kind == Kind::Ref && engine != 0) return compare_reference(engine, expected);
  if (engine == expected.bits) return {};
  return type_name(expected.type) + ": engine " + hex(engine) + ", oracle " + hex(expected.bits);
}

std::string Twin::compare_reference(uint64_t engine, const Value& expected) {
  const wasm::ValType type = expected.type;
  const bool is_func = type.heap == wasm::HeapKind::Func || type.heap == wasm::HeapKind::NoFunc ||
                       (type.heap == wasm::HeapKind::Concrete &&
                        std::holds_alternative<wasm::FuncType>(module->types[type.index].composite));
  const std::string both = "reference: engine " + hex(engine) + ", oracle " + hex(expected.bits);
  if (is_func) {
    const auto found = func_references_.find(engine);
    return found != func_references_.end() && found->second == expected.bits ? std::string() : both;
  }
  if (runtime::is_i31(engine)) return (kOracleI31 | static_cast<uint32_t>(engine)) == expected.bits ? std::string() : both;
  if (!runtime::is_object(engine)) return engine == expected.bits ? std::string() : both;
  if ((expected.bits & kOracleObject) == 0) return both;
  const auto object = static_cast<uint32_t>(engine);
  const auto [found, is_new] = objects_.try_emplace(object, expected.bits);
  const auto [other, is_other_new] = engine_objects_.try_emplace(expected.bits, object);
  if (found->second != expected.bits || other->second != object) return both + ": not the same object as before";
  if (is_new) pending_objects_.push_back(object);
  return {};
}

std::string Twin::compare_objects(size_t most) {
  for (; !pending_objects_.empty() && most > 0; --most) {
    const uint32_t object = pending_objects_.back();
    pending_objects_.pop_back();
    if (std::string text = compare_object(object, objects_[object]); !text.empty()) return text;
  }
  pending_objects_.clear();
  objects_.clear();
  engine_objects_.clear();
  return {};
}

std::string Twin::compare_object(uint32_t engine, uint64_t oracle_reference) {
  const OracleObject& expected = oracle->objects[oracle_reference & ~kOracleObject];
  const std::string which = "object " + hex(engine) + " of type " + std::to_string(expected.type) + ": ";
  if (!store.heap.holds_object(engine)) return which + "is not in the heap";
  const runtime::ObjectHeader header = store.heap.header(engine);
  const bool is_exception = expected.tag != wasm::kNoIndex;
  if (is_exception) {
    const runtime::Tag& tag = *instance->tags[expected.tag];
    if (header.type != (tag.canonical_type | runtime::kExceptionBit) || store.heap.exception_tag(engine) != tag.address)
      return which + "is no exception of tag " + std::to_string(expected.tag);
  } else if (header.type != instance->canonical_types[expected.type]) {
    return which + "has another type";
  }
  const runtime::ObjectLayout& layout = store.heap.layout(header.type);
  const bool is_array = layout.kind == wasm::HeapKind::Array;
  const size_t count = is_array ? header.length : layout.fields.size();
  if (count != expected.values.size()) return which + "has " + std::to_string(count) + " values";
  for (size_t i = 0; i < count; ++i) {
    const size_t offset = is_array ? sizeof header + i * layout.element_bytes : layout.fields[i].offset;
    uint64_t slots[2] = {};
    std::memcpy(slots, store.heap.at(engine) + offset, is_array ? layout.element_bytes : layout.fields[i].bytes);
    if (const std::string text = compare_slots(slots, expected.values[i]); !text.empty())
      return which + "value " + std::to_string(i) + " " + text;
  }
  return {};
}

std::string Twin::compare_frame(uint32_t depth) {
  const FrameView frame = view(depth);
  const OracleFrame& expected = oracle->frames[depth];
  const std::string where =
      "frame " + std::to_string(depth) + " func " + std::to_string(expected.func) + " pc " + hex(expected.pc) + ": ";
  if (frame.func != expected.func) return where + "engine is in func " + std::to_string(frame.func);
  if (frame.pc != expected.pc) return where + "engine is at pc " + hex(frame.pc);
  const auto& places = locals(frame.func);
  if (places.size() != expected.locals.size()) return where + "number of locals " + std::to_string(places.size());
  for (size_t i = 0; i < places.size(); ++i)
    if (const std::string text = compare_slots(execution->slots() + frame.base + places[i].slot, expected.locals[i]);
        !text.empty())
      return where + "local " + std::to_string(i) + " " + text;
  const lower::Description& described = description(frame);
  if (!described.found || !described.reachable) return where + "not described";
  if (described.operands.size() != expected.operands.size())
    return where + "engine has " + std::to_string(described.operands.size()) + " operands, oracle " +
           std::to_string(expected.operands.size());
  for (size_t i = 0; i < expected.operands.size(); ++i) {
    const lower::OperandPlace& place = described.operands[i];
    const std::string which =
        "operand " + std::to_string(i) + " (place " + std::to_string(static_cast<int>(place.place)) + ") ";
    if (place.type.kind != expected.operands[i].type.kind)
      return where + which + "has another type: " + type_name(place.type);
    const bool is_const = place.place == lower::Place::Const;
    const uint64_t* const slots = is_const ? &place.bits : execution->slots() + frame.base + place.slot;
    if (const std::string text = compare_slots(slots, expected.operands[i]); !text.empty()) return where + which + text;
  }
  std::vector<uint64_t> caught;
  for (const OracleLabel& label : expected.labels)
    if (label.exception != 0) caught.push_back(label.exception);
  if (caught.size() != described.caught.size()) return where + "number of exceptions being handled";
  for (size_t i = 0; i < caught.size(); ++i)
    if (const std::string text = compare_value(execution->slots()[frame.base + described.caught[i]],
                                               {wasm::ref_type(wasm::HeapKind::Exn, false), caught[i], 0});
        !text.empty())
      return where + "exception " + std::to_string(i) + " being handled: " + text;
  if (!frame.is_suspended && described.labels.size() != expected.labels.size())
    return where + "engine has " + std::to_string(described.labels.size()) + " labels, oracle " +
           std::to_string(expected.labels.size());
  return {};
}

std::string Twin::compare_frames(Frames frames) {
  if (execution->instant() != oracle->instant())
    return "engine at " + to_text(execution->instant()) + ", oracle at " + to_text(oracle->instant());
  const uint32_t suspended = frames == Frames::All ? UINT32_MAX : frames == Frames::Near ? 40 : 0;
  for (uint32_t depth = execution->depth - std::min(execution->depth, suspended); depth <= execution->depth; ++depth)
    if (std::string text = compare_frame(depth); !text.empty()) return to_text(oracle->instant()) + " " + text;
  const size_t most = frames == Frames::All ? SIZE_MAX : frames == Frames::Near ? 300 : 20;
  if (std::string text = compare_objects(most); !text.empty()) return to_text(oracle->instant()) + " " + text;
  return {};
}

std::string Twin::compare_store() {
  for (size_t i = 0; i < instance->memories.size(); ++i) {
    const Bytes engine = instance->memories[i]->region.bytes();
    const auto& expected = oracle->memories[i].bytes;
    if (engine.size() != expected.size()) return "memory " + std::to_string(i) + " has another size";
    if (std::equal(engine.begin(), engine.end(), expected.begin())) continue;
    size_t at = 0;
    while (engine[at] == expected[at]) ++at;
    return "memory " + std::to_string(i) + " at " + hex(at) + ": engine " + hex(engine[at]) + ", oracle " +
           hex(expected[at]);
  }
  for (size_t i = 0; i < instance->globals.size(); ++i)
    if (const std::string text = compare_slots(instance->globals[i], oracle->globals[i]); !text.empty())
      return "global " + std::to_string(i) + " " + text;
  for (size_t i = 0; i < instance->tables.size(); ++i) {
    const runtime::Table& table = *instance->tables[i];
    const auto& expected = oracle->tables[i].elements;
    if (table.size() != expected.size()) return "table " + std::to_string(i) + " has another size";
    for (size_t k = 0; k < expected.size(); ++k)
      if (const std::string text = compare_value(table.elements()[k], {module->tables[i].type.element, expected[k], 0});
          !text.empty())
        return "table " + std::to_string(i) + " element " + std::to_string(k) + " " + text;
  }
  if (std::string text = compare_objects(); !text.empty()) return text;
  if (engine_host.calls != oracle_host.calls) return "the hosts were called differently often";
  if (engine_host.printed != oracle_host.printed) return "the programs printed differently";
  return {};
}

std::string Twin::compare_outcome(const runtime::Outcome& outcome) {
  const auto differs = [&] {
    return "engine " + text_of(outcome) + ", oracle status " + std::to_string(static_cast<int>(oracle->status)) +
           " trap " + std::string(name_of(oracle->trap));
  };
  switch (oracle->status) {
    case OracleStatus::Ready: return differs();
    case OracleStatus::Returned: {
      if (!std::holds_alternative<runtime::Returned>(outcome)) return differs();
      const auto results = execution->results();
      if (results.size() != oracle->results.size()) return "number of results";
      for (size_t i = 0; i < results.size(); ++i) {
        const uint64_t slots[2] = {results[i].bits, results[i].high};
        if (const std::string text = compare_slots(slots, oracle->results[i]); !text.empty())
          return "result " + std::to_string(i) + " " + text;
      }
      if (std::string text = compare_objects(); !text.empty()) return "results: " + text;
      if (execution->tick != oracle->tick)
        return "returned at tick " + std::to_string(execution->tick) + " instead of " + std::to_string(oracle->tick);
      break;
    }
    case OracleStatus::Trapped: {
      const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
      if (trapped == nullptr || trapped->code != oracle->trap) return differs();
      if (trapped->code == wasm::TrapCode::UnhandledException && execution->exception != 0)
        if (std::string text = compare_value(execution->exception, {wasm::ref_type(wasm::HeapKind::Exn, false),
                                                                    oracle->exception, 0});
            !text.empty())
          return "unhandled exception: " + text;
      if (std::string text = compare_frames(Frames::All); !text.empty()) return "after the trap: " + text;
      break;
    }
    case OracleStatus::Exited: {
      const auto* exited = std::get_if<runtime::Exited>(&outcome);
      if (exited == nullptr || exited->code != oracle->exit_code) return differs();
      if (execution->instant() != oracle->instant())
        return "exited at " + to_text(execution->instant()) + " instead of " + to_text(oracle->instant());
      break;
    }
  }
  return {};
}

std::string Twin::compare_end(const runtime::Outcome& outcome) {
  std::string text = compare_outcome(outcome);
  return text.empty() ? compare_store() : text;
}

Twin::Saved Twin::save() {
  const uint64_t used = execution->frame_base + lower::frame_slots(*module, execution->func->index);
  return {store.save(), runtime::save(*execution, used), engine_host};
}

void Twin::restore(const Saved& saved) {
  store.restore(saved.store);
  runtime::restore(*execution, store, saved.execution);
  interpreter->reset(*execution);
  engine_host = saved.host;
}

}  // namespace wasmscope::test
