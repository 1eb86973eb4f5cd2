Gem::Specification.new do |s|
  s.name = "acme-lib"
  s.add_dependency "bunny", ">= 2"
  s.add_development_dependency "rake"
end
